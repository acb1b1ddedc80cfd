#include "explain/probe_text.hh"

#include <algorithm>
#include <array>

namespace lastack::explain {
namespace {

using base::Phrase;
using model::Family;

// In the order of model::ProbeVerdict.
constexpr std::array<ProbeWords, model::kProbeVerdictCount> kVerdicts{{
    {.label = {"open", "开放"},
     .meaning = {"A connection came about: a program listens there, and has room for more.",
                 "连接已建立：有程序在那里监听，并且还能接受连接。"},
     .todo = {}},
    {.label = {"open, silent", "开放，无应答数据"},
     .meaning = {"The connection came about, and the peer said nothing within the time for a "
                 "banner. That is normal where the client speaks first (HTTP, TLS, most "
                 "databases); a program that hangs looks the same.",
                 "连接已建立，但对端在等待时间内没有发送任何数据。由客户端先说话的协议（HTTP、TLS、"
                 "多数数据库）本来如此；程序卡住时看起来也一样。"},
     .todo = {"Speak first, with --http or --send; or wait longer, with --banner.",
              "用 --http 或 --send 先发送数据，或用 --banner 等得更久。"}},
    {.label = {"open, closed at once", "开放，随即被关闭"},
     .meaning =
         {"The connection came about, and the peer closed it without a word: the program "
          "does not want this client, or a proxy in front of it has no server behind.",
          "连接已建立，但对端一言不发就关闭了：程序不接受这个客户端，或者前面的代理后端没有可用"
          "的服务器。"},
     .todo = {"Look at the access rules and the log of the program there.",
              "检查对端程序的访问规则和日志。"}},
    {.label = {"reset after accept", "接受后被复位"},
     .meaning =
         {"The handshake was completed, then came a RST: the program closed the connection "
          "hard or ended, or a firewall or load balancer cut it off.",
          "握手已完成，随后收到 RST：程序强行关闭了连接或已退出，或者被防火墙、负载均衡切断。"},
     .todo = {"Look at the log of the program there; on this machine 'lastack watch' tells who "
              "sent the RST.",
              "查看对端程序的日志；如果就在本机，'lastack watch' 能看出是谁发的 RST。"}},
    {.label = {"accept queue full", "accept 队列已满"},
     .meaning =
         {"A program listens, but its accept queue is full, so the kernel drops what would "
          "become new connections: it does not call accept() fast enough.",
          "有程序在监听，但它的 accept 队列已满，内核丢弃了新的连接：程序调用 accept() 太慢。"},
     .todo = {"Find out why the program does not accept (it hangs, or is overloaded); a larger "
              "backlog (listen(), net.core.somaxconn) only helps against short bursts.",
              "查明程序为什么不接受连接（卡住或过载）；增大 backlog（listen()、net.core.somaxconn）"
              "只能应付短暂的突发。"}},
    {.label = {"refused", "被拒绝"},
     .meaning = {"A RST answered: the machine is there, and nobody listens on that port (or a "
                 "firewall answers so).",
                 "对端以 RST 应答：机器存在，但该端口没有程序监听（或防火墙如此应答）。"},
     .todo =
         {"Start the program, or find out on which address and port it does listen: "
          "'lastack list state listen' there.",
          "启动程序，或在那台机器上用 'lastack list state listen' 查看它实际监听的地址和端口。"}},
    {.label = {"filtered", "无应答"},
     .meaning =
         {"Nothing answered: a firewall drops the SYN or its answer, the machine is off, or "
          "the way back is missing. On another machine, a full accept queue looks the same "
          "and cannot be told from it.",
          "没有任何应答：防火墙丢弃了 SYN 或其应答，机器没有开机，或者没有回程路由。若对端在另一"
          "台机器上，accept 队列已满看起来也一样，无法区分。"},
     .todo = {"See whether the SYN arrives there (tcpdump), and look at the firewalls on the way.",
              "在对端用 tcpdump 看 SYN 是否到达，并检查沿途的防火墙。"}},
    {.label = {"unreachable", "不可达"},
     .meaning = {"The network reported that the packet cannot be delivered.",
                 "网络报告数据包无法送达。"},
     .todo = {"Look at routes and firewalls where the report comes from.",
              "在发出该报告的地方检查路由和防火墙。"}},
    {.label = {"name not resolved", "名称无法解析"},
     .meaning = {"The host name has no address, so nothing was sent.",
                 "主机名没有对应的地址，因此没有发送任何数据。"},
     .todo = {"Check the spelling, /etc/hosts and the DNS servers (/etc/resolv.conf).",
              "检查拼写、/etc/hosts 和 DNS 服务器（/etc/resolv.conf）。"}},
    {.label = {"no route", "没有路由"},
     .meaning = {"This machine knows no way to that address; nothing was sent.",
                 "本机没有到该地址的路由，没有发送任何数据。"},
     .todo = {"Look at 'ip route get ADDRESS'; is the interface up, has it an address of that "
              "family?",
              "查看 'ip route get 地址'；接口是否启用，是否有该协议族的地址？"}},
    {.label = {"no local port left", "本地端口耗尽"},
     .meaning = {"Every local port for connections to that address and port is taken, many perhaps "
                 "by TIME_WAIT.",
                 "到该地址和端口的本地端口已全部占用，其中可能有许多处于 TIME_WAIT。"},
     .todo =
         {"See who holds them ('lastack list --summary'), and widen "
          "net.ipv4.ip_local_port_range.",
          "查看端口被谁占用（'lastack list --summary'），并扩大 net.ipv4.ip_local_port_range。"}},
    {.label = {"not a local address", "不是本机地址"},
     .meaning = {"The source address is none of this machine's; nothing was sent.",
                 "指定的源地址不是本机的地址，没有发送任何数据。"},
     .todo = {"Give --source one of those that 'ip address' lists.",
              "--source 请使用 'ip address' 列出的地址。"}},
    {.label = {"not permitted", "不允许"},
     .meaning =
         {"This machine itself forbids it: a firewall rule, a 'prohibit' route, or the "
          "security policy of the process (cgroup, SELinux, Landlock, seccomp).",
          "被本机自身禁止：防火墙规则、prohibit 路由，或进程的安全策略（cgroup、SELinux、Landlock、"
          "seccomp）。"},
     .todo = {"Look at 'nft list ruleset', 'ip route get ADDRESS', and the policy of the service "
              "or container that this runs in.",
              "查看 'nft list ruleset'、'ip route get 地址'，以及所在服务或容器的策略。"}},
    {.label = {"failed here", "本机出错"},
     .meaning = {"This machine could not try it; the port was not probed.",
                 "本机未能尝试连接，该端口没有被探测。"},
     .todo = {"The error says what is missing.", "请根据错误信息处理。"}},
    {.label = {"not finished", "未完成"},
     .meaning = {"The probe was ended before anything was known.", "探测在得出结论之前被中止。"},
     .todo = {}},
}};

struct IcmpWords {
  std::string_view name;  // of model::name(IcmpError)
  Phrase text;
};
constexpr auto kIcmp = std::to_array<IcmpWords>({
    {"net_unreachable", {"there is no route to that network", "没有到该网络的路由"}},
    {"host_unreachable", {"the host does not answer on its network", "该主机在其网络上没有应答"}},
    {"port_unreachable",
     {"the port is closed by a firewall (nothing else answers TCP so)",
      "端口被防火墙封闭（TCP 本身不会这样应答）"}},
    {"protocol_unreachable", {"the host does not speak TCP", "该主机不支持 TCP"}},
    {"admin_prohibited", {"a firewall forbids it", "被防火墙禁止"}},
    {"fragmentation_needed", {"the packet is too big for the way", "数据包超过路径允许的大小"}},
    {"source_route_failed", {"the source route failed", "源路由失败"}},
    {"beyond_scope", {"the source address is not valid there", "源地址超出其作用范围"}},
    {"time_exceeded", {"the packet goes round in circles (TTL over)", "数据包在绕圈（TTL 耗尽）"}},
    {"parameter_problem", {"the packet was not understood", "数据包无法被理解"}},
    {"other", {"an error of an unusual kind", "不常见的错误类型"}},
});

// In the order of model::ProbeStep::Kind.
constexpr std::array<Phrase, 10> kSteps{{
    {"connect() called", "调用 connect()"},
    {"established", "连接已建立"},
    {"failed", "失败"},
    {"ICMP error received", "收到 ICMP 错误"},
    {"sent", "已发送"},
    {"first words of the peer", "对端的首批数据"},
    {"closed by the peer", "对端关闭"},
    {"reset by the peer", "对端复位"},
    {"closed by this side", "本端关闭"},
    {},
}};

}  // namespace

ProbeWords const& words_of(model::ProbeVerdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

Phrase words_of(model::IcmpError const& icmp) {
  auto const* found = std::ranges::find(kIcmp, model::name(icmp), &IcmpWords::name);
  return found == kIcmp.end() ? kIcmp.back().text : found->text;
}

Phrase own_words_of(model::IcmpError const& icmp) {
  auto const name = model::name(icmp);
  if (name == "host_unreachable") {
    return icmp.family == Family::Inet
               ? Phrase{"this machine itself says so: nobody answers ARP for the next hop",
                        "由本机自身报告：下一跳没有应答 ARP"}
               : Phrase{
                     "this machine itself says so: nobody answers neighbour discovery for the "
                     "next hop",
                     "由本机自身报告：下一跳没有应答邻居发现"};
  }
  return {"this machine itself says so: its own firewall or routes",
          "由本机自身报告：来自本机的防火墙或路由"};
}

Phrase words_of(model::ProbeStep::Kind kind) { return kSteps[static_cast<std::size_t>(kind)]; }

}  // namespace lastack::explain
