// The names of what the table speaks of, in English and Chinese.
#include <array>

#include "tcp/rule.hh"

namespace lastack::tcp {
namespace {

// In the order of Event. Labels as figure 5 of RFC 9293 writes them.
constexpr std::array<EventText, kEventCount> kEvents{{
    {"open_passive",
     {"passive OPEN", "被动打开"},
     {"the program calls listen()", "程序调用 listen()"}},
    {"open_active",
     {"active OPEN", "主动打开"},
     {"the program calls connect()", "程序调用 connect()"}},
    {"send", {"SEND", "SEND"}, {"the program sends", "程序发送数据"}},
    {"receive", {"RECEIVE", "RECEIVE"}, {"the program reads", "程序读取数据"}},
    {"close",
     {"CLOSE", "关闭"},
     {"close() or shutdown(), or the program ends", "程序 close() 或 shutdown()，或者退出"}},
    {"abort", {"ABORT", "中止"}, {"the program aborts the connection", "程序中止连接"}},
    {"status", {"STATUS", "STATUS"}, {"the program asks for the state", "程序查询状态"}},
    {"new_syn",
     {"rcv new SYN", "收到新 SYN"},
     {"a new SYN of the same addresses and ports arrives", "收到相同地址和端口的新 SYN"}},
    {"seq_unacceptable",
     {"rcv outside window", "收到窗口外的段"},
     {"a segment outside the window arrives", "收到接收窗口之外的报文段"}},
    {"rst", {"rcv RST", "收到 RST"}, {"an RST arrives", "收到 RST"}},
    {"rst_elsewhere",
     {"rcv RST in window", "收到窗口内的 RST"},
     {"an RST arrives that is not exactly at RCV.NXT", "收到序号不等于 RCV.NXT 的 RST"}},
    {"security_mismatch",
     {"rcv bad security", "收到安全性不符的段"},
     {"a segment with the wrong security arrives", "收到安全属性不符的报文段"}},
    {"syn", {"rcv SYN", "收到 SYN"}, {"a SYN arrives", "收到 SYN"}},
    {"syn_ack",
     {"rcv SYN,ACK", "收到 SYN,ACK"},
     {"the peer's SYN,ACK arrives", "收到对端的 SYN,ACK"}},
    {"ack_off",
     {"rcv no ACK", "收到无 ACK 的段"},
     {"a segment without ACK arrives", "收到没有 ACK 标志的报文段"}},
    {"ack_stray",
     {"rcv stray ACK", "收到无主的 ACK"},
     {"an ACK of no connection arrives", "收到不属于任何连接的 ACK"}},
    {"ack_too_old",
     {"rcv ACK too old", "收到过旧的 ACK"},
     {"an ACK older than any window arrives", "收到早于整个窗口的 ACK"}},
    {"ack_old",
     {"rcv old ACK", "收到旧 ACK"},
     {"an ACK of nothing new arrives", "收到没有确认新内容的 ACK"}},
    {"ack_new", {"rcv ACK", "收到 ACK"}, {"an ACK of data arrives", "收到对数据的 ACK"}},
    {"ack_of_syn",
     {"rcv ACK of SYN", "收到对 SYN 的 ACK"},
     {"the ACK of our SYN arrives", "收到对本端 SYN 的 ACK"}},
    {"ack_of_fin",
     {"rcv ACK of FIN", "收到对 FIN 的 ACK"},
     {"the ACK of our FIN arrives", "收到对本端 FIN 的 ACK"}},
    {"ack_future",
     {"rcv ACK not sent", "收到超前的 ACK"},
     {"an ACK of something never sent arrives", "收到对尚未发送内容的 ACK"}},
    {"urgent", {"rcv URG", "收到 URG"}, {"urgent data are announced", "收到紧急数据通知"}},
    {"text", {"rcv text", "收到数据"}, {"data arrive", "收到数据"}},
    {"text_ahead",
     {"rcv text ahead", "收到超前的数据"},
     {"data arrive beyond a gap", "收到中间有缺口的数据"}},
    {"text_old", {"rcv old text", "收到旧数据"}, {"data arrive once more", "收到重复的数据"}},
    {"text_no_room",
     {"rcv text, no room", "窗口为零时收到数据"},
     {"data arrive while the window is closed", "接收窗口为零时收到数据"}},
    {"fin", {"rcv FIN", "收到 FIN"}, {"the peer's FIN arrives", "收到对端的 FIN"}},
    {"other_segment",
     {"rcv neither SYN nor RST", "收到非 SYN/RST 段"},
     {"a segment without SYN and RST arrives", "收到既无 SYN 也无 RST 的报文段"}},
    {"user_timeout",
     {"user timeout", "用户超时"},
     {"the user timeout is over (TCP_USER_TIMEOUT)", "用户超时到期（TCP_USER_TIMEOUT）"}},
    {"retransmission_timeout",
     {"retransmission timeout", "重传超时"},
     {"no ACK in time: sent again", "未及时收到 ACK：重传"}},
    {"retransmission_limit",
     {"retransmissions gave up", "重传次数用尽"},
     {"the peer never answered, and retransmissions gave up", "对端始终没有应答，重传次数用尽"}},
    {"probe_timeout",
     {"window probe timeout", "零窗口探测"},
     {"the peer's window is closed: probed", "对端窗口为零：发送探测"}},
    {"keepalive_timeout",
     {"keepalive timeout", "保活探测"},
     {"idle: a keepalive probe", "空闲：发送保活探测"}},
    {"keepalive_limit",
     {"keepalive gave up", "保活探测失败"},
     {"the peer answered no keepalive probe", "对端没有应答保活探测"}},
    {"time_wait_timeout",
     {"2MSL timeout", "2MSL 超时"},
     {"the time of TIME_WAIT is over", "TIME_WAIT 时间到"}},
    {"fin_wait_2_timeout",
     {"tcp_fin_timeout", "tcp_fin_timeout 到期"},
     {"tcp_fin_timeout is over, and the peer has not closed",
      "tcp_fin_timeout 到期而对端仍未关闭"}},
    {"listener_closed",
     {"listener closed", "监听套接字关闭"},
     {"the listener is closed before it has accepted it", "监听套接字在 accept 之前被关闭"}},
    {"destroyed",
     {"destroyed", "被强制销毁"},
     {"an administrator destroys the socket (ss -K)", "管理员销毁了套接字（ss -K）"}},
    {"port_taken",
     {"port taken over", "端口被复用"},
     {"a new connect() takes its port over (tcp_tw_reuse)",
      "新的 connect() 复用了它的端口（tcp_tw_reuse）"}},
}};

// In the order of Condition.
constexpr std::array<std::string_view, kConditionCount> kConditions{"rfc5961",
                                                                    "appendix-a2",
                                                                    "passive",
                                                                    "request",
                                                                    "orphan",
                                                                    "deaf",
                                                                    "mini",
                                                                    "fin-acked",
                                                                    "unsent-data",
                                                                    "flowing",
                                                                    "data-on-hand",
                                                                    "remote-given",
                                                                    "close-resets",
                                                                    "no-linger2",
                                                                    "rfc1337",
                                                                    "queue-full",
                                                                    "abort-on-overflow",
                                                                    "defer-accept",
                                                                    "syn-queue-full",
                                                                    "syn-cookies",
                                                                    "RST",
                                                                    "ACK",
                                                                    "FIN",
                                                                    "SYN",
                                                                    "text",
                                                                    "LEN>0",
                                                                    "SYN-alone",
                                                                    "SEQ=R-1",
                                                                    "SEQ+LEN=R",
                                                                    "SEQ>R",
                                                                    "SEQ<R<end",
                                                                    "U<ACK=<N",
                                                                    "ACK=U",
                                                                    "WND=0,SEQ=R",
                                                                    "timestamp-later",
                                                                    "good-cookie",
                                                                    "predicted"};

constexpr std::array<std::string_view, 13> kEmits{
    "-",     "SYN", "SYN,ACK", "ACK",  "challenge-ACK", "data",     "FIN,ACK",
    "reset", "RST", "RST,ACK", "head", "probe",         "reset+SYN"};
constexpr std::array<base::Phrase, 13> kEmitLabels{{
    {"", ""},
    {"snd SYN", "发送 SYN"},
    {"snd SYN,ACK", "发送 SYN,ACK"},
    {"snd ACK", "发送 ACK"},
    {"snd ACK", "发送 ACK"},
    {"snd data", "发送数据"},
    {"snd FIN", "发送 FIN"},
    {"snd RST", "发送 RST"},
    {"snd RST", "发送 RST"},
    {"snd RST", "发送 RST"},
    {"snd again", "重传"},
    {"snd probe", "发送探测"},
    {"snd RST, SYN", "发送 RST、SYN"},
}};
constexpr std::array<std::string_view, 7> kArms{"-",          "retransmit", "back-off", "2MSL",
                                                "2MSL-again", "fin-wait-2", "stop-all"};
constexpr std::array<std::string_view, 9> kTakes{"-",    "syn", "syn+ack", "ack",   "window",
                                                 "text", "fin", "reopen",  "cookie"};
constexpr std::array<std::string_view, 15> kTells{"-",
                                                  "ok",
                                                  "already-exists",
                                                  "remote-unspecified",
                                                  "does-not-exist",
                                                  "queued",
                                                  "delivered",
                                                  "state-name",
                                                  "connected",
                                                  "urgent",
                                                  "closing",
                                                  "reset",
                                                  "refused",
                                                  "broken",
                                                  "aborted"};
constexpr std::array<std::string_view, 4> kThens{"stop", "go-on", "again", "not-here"};
constexpr std::array<std::string_view, 5> kDrawns{"-", "figure5", "note2", "text", "linux"};
constexpr std::array<std::string_view, 4> kPaths{"-", "client", "server", "unusual"};

template <typename Names, typename Value>
auto const& at(Names const& names, Value value) {
  return names.at(static_cast<std::size_t>(value));
}

static_assert(kEmits.size() == static_cast<std::size_t>(Emit::ResetAndSyn) + 1);
static_assert(kEmitLabels.size() == kEmits.size());
static_assert(kArms.size() == static_cast<std::size_t>(Arm::StopAll) + 1);
static_assert(kTakes.size() == static_cast<std::size_t>(Take::Cookie) + 1);
static_assert(kTells.size() == static_cast<std::size_t>(Tell::Aborted) + 1);
static_assert(kThens.size() == static_cast<std::size_t>(Then::NotHere) + 1);
static_assert(kDrawns.size() == static_cast<std::size_t>(Drawn::Linux) + 1);
static_assert(kPaths.size() == static_cast<std::size_t>(Path::Unusual) + 1);

}  // namespace

EventText const& describe(Event event) { return at(kEvents, event); }
std::string_view name(Condition condition) { return at(kConditions, condition); }
std::string_view name(Emit emit) { return at(kEmits, emit); }
std::string_view name(Arm arm) { return at(kArms, arm); }
std::string_view name(Take take) { return at(kTakes, take); }
std::string_view name(Tell tell) { return at(kTells, tell); }
std::string_view name(Then then) { return at(kThens, then); }
std::string_view name(Drawn drawn) { return at(kDrawns, drawn); }
std::string_view name(Path path) { return at(kPaths, path); }
base::Phrase label(Emit emit) { return at(kEmitLabels, emit); }

}  // namespace lastack::tcp
