#include "ui/tui/cause_words.hh"

#include <array>

namespace lastack::ui::tui {
namespace {

struct Words {
  std::string_view zh;
  Ink ink = Ink::Plain;
};

// In the order of model::Cause, whose own words are English.
constexpr std::array<Words, model::kCauseCount> kWords{{
    {"未知", Ink::Dim},
    {"connect()"},
    {"listen()"},
    {"close()"},
    {"shutdown()"},
    {"进程结束"},
    {"close()，linger 0：已发 RST", Ink::Warning},
    {"close()，有未读数据：已发 RST", Ink::Warning},
    {"connect(AF_UNSPEC)"},
    {"connect() 失败", Ink::Bad},
    {"listen() 失败", Ink::Bad},
    {"收到 SYN"},
    {"收到 SYN+ACK"},
    {"收到 ACK"},
    {"收到 FIN"},
    {"收到 FIN+ACK"},
    {"收到 RST", Ink::Warning},
    {"收到 RST：被拒绝", Ink::Bad},
    {"收到 SYN cookie 的 ACK", Ink::Warning},
    {"close() 后收到数据：已发 RST", Ink::Warning},
    {"错误的报文段：已发 RST", Ink::Warning},
    {"重传无应答，放弃", Ink::Bad},
    {"保活无应答，放弃", Ink::Bad},
    {"窗口探测无应答，放弃", Ink::Bad},
    {"SYN+ACK 无应答", Ink::Bad},
    {"tcp_fin_timeout"},
    {"2MSL 结束"},
    {"被管理员销毁", Ink::Warning},
    {"网络命名空间被删除", Ink::Warning},
    {"监听套接字已关闭", Ink::Warning},
    {"accept 队列已满", Ink::Bad},
    {"被新的 SYN 接管"},
    {"端口被 connect() 接管"},
    {"TIME_WAIT 过多", Ink::Bad},
    {"孤儿过多或内存不足", Ink::Bad},
    {"不可达", Ink::Bad},
    {"其他错误", Ink::Bad},
    {"请求被丢弃", Ink::Bad},
}};

}  // namespace

base::Phrase words_of(model::Cause cause) {
  return {model::describe(cause).text, kWords[static_cast<std::size_t>(cause)].zh};
}
Ink ink_of(model::Cause cause) { return kWords[static_cast<std::size_t>(cause)].ink; }

}  // namespace lastack::ui::tui
