#include "explain/state_text.hh"

#include <algorithm>

namespace lastack::explain {
namespace {

// In the order of tcp::State.
constexpr std::array<StateText, tcp::kStateCount> kTexts{{
    // CLOSED
    {.gist = {"No connection: not opened yet, or already over", "没有连接：尚未建立，或者已经结束"},
     .meaning = {"The socket has no connection: it is new, or its connection is over. Neither side "
                 "waits for anything.",
                 "套接字没有连接：它刚刚创建，或者连接已经结束。双方都不再等待什么。"},
     .side = {"Either side, before a connection and after it.",
              "两端都有：连接开始之前和结束之后。"},
     .lasts =
         {"New: until connect() or listen(). Over: until the program closes the descriptor. No "
          "timer ends it.",
          "新套接字：直到 connect() 或 "
          "listen()。连接已结束的：直到程序关闭描述符。没有定时器会结束它。"},
     .normal = {"No fault in itself: every connection begins and ends here. Lists hardly ever show "
                "it: a bound TCP socket is BOUND_INACTIVE, UDP without a peer UNCONN.",
                "本身不是故障：每个连接都从这里开始，到这里结束。列表中几乎看不到它：已绑定端口的 "
                "TCP 套接字显示为 BOUND_INACTIVE，没有对端的 UDP 显示为 UNCONN。"},
     .many = {"In lastack watch: many from SYN_SENT to CLOSED are failed connects; many from "
              "ESTABLISHED to CLOSED are connections cut off by a reset or a timeout.",
              "在 lastack watch 中：大量 SYN_SENT 到 CLOSED 是连接失败；大量 ESTABLISHED 到 CLOSED "
              "是连接被复位，或因超时中断。"},
     .advice = {{
         {{"See which connects fail, and why.", "查看哪些连接失败以及原因。"},
          "lastack watch 'from syn-sent to closed'"},
         {{"See which connections end without a FIN, and why.",
           "查看哪些连接没有经过 FIN 就结束了，以及原因。"},
          "lastack watch 'from established to closed'"},
         {{"Find bound sockets that neither listen nor connect (Linux 6.8 or newer).",
           "查找已绑定端口、但既不监听也不连接的套接字（需要 Linux 6.8 或更新）。"},
          "lastack list 'state bound-inactive'"},
     }}},
    // LISTEN
    {.gist = {"A server waits here for clients to connect", "服务端在此等待客户端连接"},
     .meaning =
         {"A program has called listen() and waits for connections to this port. Each one that "
          "comes in gets a socket of its own; this one stays in LISTEN.",
          "程序调用了 "
          "listen()，等待别人连接这个端口。每个到来的连接都有自己的套接字，本套接字始终停留在 "
          "LISTEN。"},
     .side = {"Server only.", "只在服务端。"},
     .lasts = {"Until the program closes it or ends. No timer.",
               "直到程序关闭它或退出。没有定时器。"},
     .normal =
         {"Normal for a server. Recv-Q: connections waiting for accept(); Send-Q: their limit, the "
          "smaller of listen()'s backlog and somaxconn ({somaxconn}). Not normal: Recv-Q that "
          "stays near Send-Q.",
          "对服务端是正常的。Recv-Q 是等待 accept() 的连接数；Send-Q 是其上限，取 listen() 的 "
          "backlog 与 somaxconn（{somaxconn}）中较小者。Recv-Q 长时间接近 Send-Q 则不正常。"},
     .many = {"Several on one port are usual: one per address, or per worker (SO_REUSEPORT). When "
              "the accept queue is full, new SYNs are dropped and clients time out.",
              "同一端口有多个很常见：每个地址一个，或每个工作进程一个（SO_REUSEPORT）。accept "
              "队列满时，新的 SYN 被丢弃，客户端会超时。"},
     .advice = {{
         {{"Connections wait for accept(): the program is too slow, or hangs.",
           "有连接在等待 accept()：程序太慢或卡住了。"},
          "lastack list 'state listen recv-q > 0'"},
         {{"Were any dropped? See whether these counters grow.",
           "是否丢过连接？看这些计数器是否增长。"},
          "nstat -az TcpExtListenOverflows TcpExtListenDrops"},
         {{"A longer queue takes both somaxconn and the backlog; then restart the program.",
           "要加长队列，somaxconn 和 backlog 都要调大，然后重启程序。"},
          "sysctl net.core.somaxconn"},
         {{"A listener you do not know: see who it is. Local services belong on 127.0.0.1.",
           "遇到不认识的监听者：查清是谁。只供本机的服务应绑定 127.0.0.1。"},
          "lastack list -lt --columns +exe,+unit"},
     }}},
    // SYN_SENT
    {.gist = {"A client has sent a SYN and waits for the answer", "客户端已发出 SYN，等待应答"},
     .meaning = {"The program has called connect(): the kernel has sent a SYN and waits for the "
                 "server's SYN-ACK.",
                 "程序调用了 connect()：内核已发出 SYN，正在等待服务端的 SYN-ACK。"},
     .side = {"Client: the side that opens the connection.", "客户端，即发起连接的一端。"},
     .lasts = {"One round trip. Without an answer the SYN is sent again (tcp_syn_retries: "
               "{syn_retries}), and connect() fails with ETIMEDOUT after {syn_limit}.",
               "一个往返时间。没有应答时会重发 SYN（tcp_syn_retries：{syn_retries}），直到 "
               "connect() 以 ETIMEDOUT 失败，共 {syn_limit}。"},
     .normal = {"Normal for a moment. A closed port answers RST: ECONNREFUSED at once. Staying "
                "here means silence: a firewall drops packets, the host is down, or the server's "
                "accept queue is full.",
                "短暂出现是正常的。端口无人监听时会回 RST，立即得到 "
                "ECONNREFUSED。停留在此说明没有任何应答：防火墙丢包、主机宕机，或服务端的 accept "
                "队列已满。"},
     .many = {"To one server: it is unreachable, filtered or overloaded. To many addresses or "
              "ports: a scanner or worm may run here; look at the process.",
              "都指向同一服务器：它不可达、被防火墙过滤或过载。指向许多地址或端口：本机可能在运行扫"
              "描器或蠕虫，应检查该进程。"},
     .advice = {{
         {{"Who connects, and where to?", "谁在连接，连向哪里？"}, "lastack list 'state syn-sent'"},
         {{"Watch how attempts end: refused, unreachable or given up.",
           "观察连接尝试如何结束：被拒绝、不可达还是放弃。"},
          "lastack watch 'from syn-sent to closed'"},
         {{"Does an answer come back?", "有没有应答回来？"},
          "tcpdump -ni any 'host {PEER} and tcp port {PORT}'"},
         {{"Set a timeout in the program; tcp_syn_retries changes it for all programs.",
           "应在程序里设置连接超时；改 tcp_syn_retries 会影响所有程序。"},
          ""},
     }}},
    // SYN_RECEIVED
    {.gist = {"A server has answered a SYN and waits for the last ACK",
              "服务端已应答 SYN，等待握手的最后一个 ACK"},
     .meaning =
         {"A SYN was answered with a SYN-ACK; the client's ACK, which ends the handshake, has not "
          "come. Until then the kernel keeps a small request socket, without a process.",
          "已用 SYN-ACK 应答 SYN，但完成握手的客户端 ACK "
          "还没有到。在此之前，内核只保留一个小的请求套接字，不属于任何进程。"},
     .side = {"Server. On a client only where both connect to each other at once (rare).",
              "服务端。只有双方同时互相连接时才出现在客户端（罕见）。"},
     .lasts =
         {"One round trip. Without the ACK the SYN-ACK is sent again (tcp_synack_retries: "
          "{synack_retries}); after {synack_limit} the request is dropped.",
          "一个往返时间。收不到 ACK 时会重发 "
          "SYN-ACK（tcp_synack_retries：{synack_retries}），最后丢弃该请求，共 {synack_limit}。"},
     .normal = {"Normal for a moment; longer with TCP_DEFER_ACCEPT, which waits for data. Not "
                "normal: more and more that stay.",
                "短暂出现是正常的；使用 TCP_DEFER_ACCEPT "
                "时要等数据到达，会更久。不断增多又不消失则不正常。"},
     .many = {"A SYN flood (many unknown addresses), ACKs that get lost (asymmetric routing, a "
              "firewall), or a full accept queue. SYN cookies keep no such socket: a flood may be "
              "larger than the list.",
              "SYN flood（大量陌生地址）、ACK 丢失（路由不对称、防火墙），或 accept 队列已满。SYN "
              "cookie 不保留此类套接字，攻击规模可能比列表显示的更大。"},
     .advice = {{
         {{"From how many addresses?", "来自多少个地址？"}, "lastack list -s 'state syn-received'"},
         {{"Do cookies help out, or does accept() lag behind?",
           "是 SYN cookie 在起作用，还是 accept() 跟不上？"},
          "nstat -az TcpExtSyncookiesSent TcpExtListenOverflows"},
         {{"Against floods: keep SYN cookies on (1).",
           "应对 SYN flood：保持 SYN cookie 开启（1）。"},
          "sysctl net.ipv4.tcp_syncookies"},
         {{"Does the SYN-ACK go out, and the ACK come in?", "SYN-ACK 是否发出，ACK 是否到达？"},
          "tcpdump -ni any 'host {PEER} and tcp port {PORT}'"},
     }}},
    // ESTABLISHED
    {.gist = {"Connected: both sides can send and receive", "连接已建立：双方都可以收发数据"},
     .meaning = {"The handshake is done, and both sides can send. As far as this machine knows, "
                 "neither has closed.",
                 "握手已完成，双方都可以发送数据。就本机所知，双方都还没有关闭。"},
     .side = {"Both.", "两端都有。"},
     .lasts =
         {"No time limit. Data that nobody acknowledges end it after {retries2_limit}; without "
          "data, a vanished peer is noticed only with SO_KEEPALIVE, after {keepalive_limit}.",
          "没有时限。数据一直得不到确认时连接会结束，期限为 "
          "{retries2_limit}；没有数据时，只有设置了 SO_KEEPALIVE 才能发现对端消失，需时 "
          "{keepalive_limit}。"},
     .normal = {"Normal, even idle for days. Not normal: Recv-Q that stays above 0 (the program "
                "does not read), or Send-Q (the peer or the network does not take the data).",
                "正常，即使空闲数天。不正常的是：Recv-Q 长时间大于 0（程序不读），或 Send-Q "
                "长时间大于 0（对端或网络收不下数据）。"},
     .many = {"Load, or a connection pool; else leaked by the program, or peers vanished without a "
              "FIN. Those in the (accept queue) wait for the server's accept().",
              "负载高，或使用了连接池；否则是程序泄漏了连接，或对端没发 FIN 就消失了。标为 (accept "
              "queue) 的在等服务端 accept()。"},
     .advice = {{
         {{"Who has how many, and with whom?", "谁有多少连接，与谁相连？"},
          "lastack list -s 'state established'"},
         {{"Received but not read: look at the program.", "已收到但未读取：检查程序。"},
          "lastack list 'state established recv-q > 0'"},
         {{"Not acknowledged by the peer: look at the peer or the path.",
           "对端尚未确认：检查对端或网络路径。"},
          "lastack list 'state established send-q > 0'"},
         {{"TIMER shows keepalive. The sysctl alone does nothing: programs must ask for it.",
           "TIMER 列可看到 keepalive。只改 sysctl 无效：须由程序启用。"},
          "lastack list -to 'state established'"},
     }}},
    // CLOSE_WAIT
    {.gist = {"The peer has closed; the program here has not, yet",
              "对端已关闭，本机程序还没有 close()"},
     .meaning =
         {"The peer has sent its FIN, and the kernel has acknowledged it. What is missing is "
          "close() by the program on this machine; until then it can still send.",
          "对端已发来 FIN，内核也已确认。还差本机程序调用 close()；在此之前它仍可发送数据。"},
     .side = {"The side that did not close first, client or server. The peer is usually in "
              "FIN_WAIT_2, or gone.",
              "没有先关闭的一端，客户端或服务端都可能。对端通常处于 FIN_WAIT_2，或已不存在。"},
     .lasts =
         {"No time limit: until the program calls close() or ends. Else an RST, unacknowledged "
          "data ({retries2_limit}) or keepalive, if the program asked for it, can end it.",
          "没有时限：直到程序调用 close() "
          "或退出。此外，RST、数据得不到确认（{retries2_limit}）或程序启用的 keepalive "
          "也能结束它。"},
     .normal =
         {"Normal for a moment, or while the program still sends. For minutes or hours: the "
          "program has a bug, or it hangs.",
          "短暂出现，或程序仍在发送数据时，是正常的。持续几分钟甚至几小时：程序有缺陷或卡住了。"},
     .many = {"The program forgets close(). It leaks file descriptors until accept() and open() "
              "fail with EMFILE.",
              "程序忘了 close()，不断泄漏文件描述符，直到 accept() 和 open() 以 EMFILE 失败。"},
     .advice = {{
         {{"Who holds them, and with which descriptors?", "谁持有它们，用哪些描述符？"},
          "lastack list -tp 'state close-wait'"},
         {{"The fix: close() when read() returns 0, on error paths and in every process with a "
           "copy.",
           "根治：read() 返回 0 时调用 close()，出错路径和每个持有副本的进程都要如此。"},
          ""},
         {{"How long until it closes, where it does?", "能关闭的那些，拖了多久？"},
          "lastack watch 'from close-wait'"},
         {{"Stopgap: restart the program. No sysctl shortens CLOSE_WAIT.",
           "应急：重启程序。没有任何 sysctl 能缩短 CLOSE_WAIT。"},
          ""},
     }}},
    // FIN_WAIT_1
    {.gist = {"This side closed first; its FIN is not acknowledged yet",
              "本端先关闭，FIN 尚未得到确认"},
     .meaning =
         {"The program here has called close() or shutdown(). The kernel sends what is left, then "
          "the FIN, and waits until the peer acknowledges all of it.",
          "本机程序调用了 close() 或 shutdown()。内核发完剩余数据，再发 FIN，等待对端全部确认。"},
     .side = {"The side that closed first, client or server.",
              "先关闭的一端，客户端或服务端都可能。"},
     .lasts = {"One round trip after the last data. Without ACKs: {orphan_limit} after close(), "
               "{retries2_limit} while a process holds it (shutdown()).",
               "最后的数据发出后一个往返时间。得不到 ACK 时：close() 之后 "
               "{orphan_limit}；仍由进程持有时（shutdown()）{retries2_limit}。"},
     .normal =
         {"Normal for a moment, longer with much data left in Send-Q. Not normal: many that stay.",
          "短暂出现是正常的；Send-Q 里剩余数据多时会更久。大量停留则不正常。"},
     .many = {"Peers have vanished, a firewall drops packets, or peers do not read (an attacker "
              "may do so on purpose). Each holds kernel memory; beyond {max_orphans} without a "
              "process the kernel resets further ones.",
              "对端消失、防火墙丢包，或对端不读数据（可能是故意攻击）。每个都占用内核内存；不属于进"
              "程的超过 {max_orphans} 个时，内核会复位多出来的。"},
     .advice = {{
         {{"Which peers, and how much data is left?", "哪些对端，还剩多少数据？"},
          "lastack list -to 'state fin-wait-1'"},
         {{"Do the peer's ACKs arrive?", "对端的 ACK 是否到达？"},
          "tcpdump -ni any 'host {PEER} and tcp port {PORT}'"},
         {{"0 means 8. Fewer: gone sooner, but slow peers are cut off. tcp_fin_timeout does "
           "nothing here.",
           "0 表示 8 次。次数少则更早放弃，但会切断慢速对端。tcp_fin_timeout 在此无效。"},
          "sysctl net.ipv4.tcp_orphan_retries"},
     }}},
    // CLOSING
    {.gist = {"Both sides closed at once; our FIN is not acknowledged yet",
              "双方同时关闭，本端 FIN 尚未得到确认"},
     .meaning = {"Both sides have sent a FIN before they saw the other's. The peer's has arrived; "
                 "the ACK of ours is missing. When it comes, TIME_WAIT follows.",
                 "双方都在看到对方的 FIN 之前发出了自己的 FIN。对端的 FIN 已到，还差对本端 FIN "
                 "的确认；收到后进入 TIME_WAIT。"},
     .side = {"Either side, often both at the same time.", "任一端，往往两端同时出现。"},
     .lasts = {"A round trip or less. Without the ACK: {orphan_limit} after close(), "
               "{retries2_limit} while a process holds it (shutdown()).",
               "至多一个往返时间。得不到 ACK 时：close() 之后 "
               "{orphan_limit}；仍由进程持有时（shutdown()）{retries2_limit}。"},
     .normal = {"Rare and short, and no fault. Not normal: one that stays in the list.",
                "罕见而短暂，不是故障。若一直留在列表中则不正常。"},
     .many = {"Unusual. Our FINs, or the peers' ACKs of them, get lost: a firewall that forgets "
              "connections too early, or a broken path.",
              "很不寻常。本端的 FIN 或对端对它的 ACK 丢失了：防火墙过早删除连接，或链路有问题。"},
     .advice = {{
         {{"Which peers? TIMER shows the retransmissions of the FIN.",
           "哪些对端？TIMER 列显示 FIN 的重传。"},
          "lastack list -to 'state closing'"},
         {{"Do FINs and ACKs pass in both directions?", "FIN 和 ACK 在两个方向上是否都能通过？"},
          "tcpdump -ni any 'host {PEER} and tcp port {PORT}'"},
         {{"See how it ends: ACK received, or given up.", "看它如何结束：收到 ACK，还是放弃。"},
          "lastack watch 'from closing'"},
     }}},
    // LAST_ACK
    {.gist = {"Both sides have closed; the ACK of our FIN is missing",
              "双方都已关闭，只差对本端 FIN 的确认"},
     .meaning = {"The peer closed first; then the program here closed too, and the kernel has sent "
                 "its FIN. Only the peer's ACK of it is missing.",
                 "对端先关闭，本机程序随后也关闭，内核已发出 FIN。只差对端对这个 FIN 的 ACK。"},
     .side = {"The side that closed second, client or server. The peer is in TIME_WAIT, if it has "
              "the FIN.",
              "后关闭的一端，客户端或服务端都可能。对端若已收到 FIN，则处于 TIME_WAIT。"},
     .lasts = {"One round trip, then the socket is gone, without TIME_WAIT. Without the ACK: "
               "{orphan_limit} after close(), {retries2_limit} while a process holds it.",
               "一个往返时间，之后套接字消失，没有 TIME_WAIT。得不到 ACK 时：close() 之后 "
               "{orphan_limit}；仍由进程持有时 {retries2_limit}。"},
     .normal = {"Normal for a moment, longer with data left in Send-Q. Where the program has "
                "called close(), restarting it changes nothing.",
                "短暂出现是正常的；Send-Q 里还有数据时会更久。程序若已 close()，重启它没有作用。"},
     .many = {"Peers have vanished, or the FIN or its ACK is dropped on the way: a firewall or NAT "
              "that forgets the connection once the peer has closed.",
              "对端消失，或 FIN 及其 ACK 在途中被丢弃：防火墙或 NAT 在对端关闭后就删除了连接。"},
     .advice = {{
         {{"Which peers? TIMER shows the retransmissions.", "哪些对端？TIMER 列显示重传。"},
          "lastack list -to 'state last-ack'"},
         {{"Does the FIN go out, and an ACK come in?", "FIN 是否发出，ACK 是否到达？"},
          "tcpdump -ni any 'host {PEER} and tcp port {PORT}'"},
         {{"If this machine is the firewall: is the connection still tracked?",
           "如果本机就是防火墙：该连接还在跟踪表里吗？"},
          "conntrack -L -p tcp | grep {PEER}"},
         {{"0 means 8. Fewer: gone sooner, but slow peers are cut off.",
           "0 表示 8 次。次数少则更早放弃，但会切断慢速对端。"},
          "sysctl net.ipv4.tcp_orphan_retries"},
     }}},
    // FIN_WAIT_2
    {.gist = {"This side has closed; it waits for the peer to close too",
              "本端已关闭，等待对端也关闭"},
     .meaning = {"The peer has acknowledged our FIN but not sent its own. It is usually in "
                 "CLOSE_WAIT: its program has not called close() yet.",
                 "对端已确认本端的 FIN，但还没有发出自己的 FIN。它通常处于 "
                 "CLOSE_WAIT：那边的程序还没有 close()。"},
     .side = {"The side that closed first, client or server.",
              "先关闭的一端，客户端或服务端都可能。"},
     .lasts = {"After close(): {fin_timeout} (tcp_fin_timeout), then the kernel drops it without "
               "TIME_WAIT. While a process holds it (shutdown()): no time limit.",
               "close() 之后：{fin_timeout}（tcp_fin_timeout），然后内核将其删除，不经过 "
               "TIME_WAIT。仍由进程持有时（shutdown()）：没有时限。"},
     .normal =
         {"Normal for a moment, and after shutdown() as long as the peer still sends. Not normal: "
          "held by a process for hours.",
          "短暂出现是正常的；shutdown() 之后对端仍在发送时也正常。被进程持有数小时则不正常。"},
     .many =
         {"The peers do not close: their program forgets close() or is slow, or their FINs get "
          "lost. Each without a process costs little memory.",
          "对端不关闭：对端程序忘了 close() 或太慢，或其 FIN 丢失。没有进程的每个只占很少内存。"},
     .advice = {{
         {{"Which peers? Look for CLOSE_WAIT there.", "哪些对端？到那边查 CLOSE_WAIT。"},
          "lastack list -s 'state fin-wait-2'"},
         {{"Held by a process: after shutdown() it must set a timeout, then close().",
           "由进程持有的：shutdown() 之后应设超时，到时 close()。"},
          "lastack list 'state fin-wait-2 pid > 0'"},
         {{"Shortens only those after close(); not TIME_WAIT, not those held by a process.",
           "只缩短 close() 之后的；对 TIME_WAIT 和由进程持有的无效。"},
          "sysctl -w net.ipv4.tcp_fin_timeout=30"},
     }}},
    // TIME_WAIT
    {.gist = {"Closed on both sides; the kernel keeps it for {time_wait}",
              "双方都已关闭，内核再保留 {time_wait}"},
     .meaning =
         {"The connection is over. The kernel, not a process, remembers it, to answer the peer's "
          "FIN should the last ACK be lost, and to keep old packets out of a new connection.",
          "连接已结束。由内核而非进程记住它：万一最后的 ACK 丢失，可以应答对端重发的 "
          "FIN；并防止旧包混入新连接。"},
     .side = {"The side that closed first; on both if they closed at once.",
              "先关闭的一端；同时关闭时两端都有。"},
     .lasts = {"{time_wait}, fixed in the kernel: no sysctl changes it.",
               "{time_wait}，由内核固定：没有 sysctl 可以改。"},
     .normal = {"Normal, thousands too: each costs little memory, and no descriptor. A fault only "
                "where ports run out.",
                "正常，几千个也正常：每个只占很少内存，不占描述符。只有端口用尽时才是故障。"},
     .many = {"A busy client, or a server that closes first. The limit for a client: {ports} ports "
              "to each server address and port; then connect() fails with EADDRNOTAVAIL.",
              "繁忙的客户端，或先关闭的服务端。客户端的上限：对每个服务器地址加端口有 {ports} "
              "个本地端口；用尽后 connect() 以 EADDRNOTAVAIL 失败。"},
     .advice = {{
         {{"To which servers? Best cure: reuse connections (keep-alive, pools).",
           "连向哪些服务器？最好的办法：复用连接（长连接、连接池）。"},
          "lastack list -s 'state time-wait'"},
         {{"Client out of ports: lets connect() reuse them after 1 s (needs timestamps).",
           "客户端端口用尽：允许 connect() 在 1 秒后重用（需 TCP 时间戳）。"},
          "sysctl -w net.ipv4.tcp_tw_reuse=1"},
         {{"Server restart fails with EADDRINUSE: set SO_REUSEADDR before bind().",
           "服务端重启报 EADDRINUSE：bind() 前设置 SO_REUSEADDR。"},
          ""},
         {{"Bad advice: tcp_tw_recycle (gone since Linux 4.12), tcp_fin_timeout (no effect), "
           "SO_LINGER 0 (loses data).",
           "错误建议：tcp_tw_recycle（Linux 4.12 起已删除）、tcp_fin_timeout（无效）、SO_LINGER "
           "0（丢数据）。"},
          ""},
     }}},
}};

constexpr bool complete(StateText const& text) {
  return text.gist.complete() && text.meaning.complete() && text.side.complete() &&
         text.lasts.complete() && text.normal.complete() && text.many.complete() &&
         text.advice.front().text.complete();
}
static_assert(std::ranges::all_of(kTexts, complete));

}  // namespace

std::span<Advice const> StateText::to_do() const {
  auto const end = std::ranges::find_if(advice, &base::Phrase::empty, &Advice::text);
  return {advice.begin(), end};
}

StateText const& text_of(tcp::State state) { return kTexts[static_cast<std::size_t>(state)]; }

}  // namespace lastack::explain
