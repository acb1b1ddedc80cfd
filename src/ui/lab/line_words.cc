#include "ui/lab/line_words.hh"

#include <array>

#include "explain/fill.hh"
#include "explain/state_text.hh"

namespace lastack::ui {
namespace {

using base::Language;
using base::Phrase;

// In the order of lab::Call.
constexpr auto kCalls = std::to_array<Phrase>({
    {"The program makes a socket. It has no connection yet.",
     "程序创建了一个套接字，它还没有连接。"},
    {"The program gives the socket a port of this host.", "程序为套接字指定本机的一个端口。"},
    {"The program waits for connections to this port from now on; the kernel completes their "
     "handshakes by itself.",
     "程序从此在这个端口上等待连接；握手由内核自行完成。"},
    {"The program asks for a connection. The kernel sends a SYN; the call ends when the peer has "
     "answered.",
     "程序请求建立连接。内核发出 SYN；对端应答之后，调用才算完成。"},
    {"The program takes a connection that is complete out of the listener's queue.",
     "程序从监听套接字的队列中取走一个已经建立的连接。"},
    {"The program hands data to the kernel, which sends them as the peer's window allows, and "
     "keeps "
     "them until they are acknowledged.",
     "程序把数据交给内核；内核按对端窗口发送，并保留到对方确认为止。"},
    {"The program takes data that have arrived; 0 octets mean that the peer has ended its side.",
     "程序取走已经到达的数据；0 字节表示对端已结束它的方向。"},
    {"The program ends a direction of the connection: the peer is told by a FIN, and may still "
     "send.",
     "程序结束连接的一个方向：以 FIN 告知对端，对端仍可继续发送。"},
    {"The program gives the socket back. The kernel sends a FIN and completes the end alone; a "
     "reset "
     "where data were left unread.",
     "程序交还套接字。内核发出 FIN，独自完成关闭；若有数据未读，则发送 RST。"},
    {"The program drops the connection: the peer gets an RST, and what was not sent is lost.",
     "程序丢弃连接：对端收到 RST，尚未发送的数据就此丢失。"},
});
static_assert(kCalls.size() == static_cast<std::size_t>(lab::Call::Abort) + 1);

constexpr Phrase kFailed{" It fails: see its error.", "调用失败，原因见错误码。"};
constexpr Phrase kForged{" No TCP has sent it: it was written by hand.",
                         "它并非由 TCP 发出，而是手工写成的。"};
constexpr Phrase kClosedWindow{" Its window is closed: it has no room for more.",
                               "其窗口为零：没有空间再接收数据。"};
// In the order of lab::Fate.
constexpr auto kFates = std::to_array<Phrase>({
    {"", ""},
    {" It is lost on its way; who sent it does not know.", "它在途中丢失，而发送方并不知道。"},
    {" It arrives twice.", "它会到达两次。"},
    {" It is held up, and arrives late.", "它在途中滞留，迟些才到。"},
});

Phrase meaning_of(tcp::Segment const& segment) {
  if (segment.has(tcp::kRst)) {
    return {"Ends the connection at once: there is none here, or it was given up.",
            "立即终止连接：这里没有这个连接，或者它已被放弃。"};
  }
  if (segment.has(tcp::kSyn) && segment.has(tcp::kAck)) {
    return {"Agrees to the connection, and tells the initial sequence number of this direction.",
            "同意建立连接，并告知本方向的初始序号。"};
  }
  if (segment.has(tcp::kSyn)) {
    return {"Asks for a connection, and tells the initial sequence number of this direction.",
            "请求建立连接，并告知本方向的初始序号。"};
  }
  if (segment.has(tcp::kFin)) {
    return {"The last of this direction: no more data will follow it.",
            "本方向的最后一个段：此后不再有数据。"};
  }
  if (segment.text > 0) {
    return {"Carries data, and acknowledges what has arrived.", "携带数据，同时确认已收到的内容。"};
  }
  if (segment.has(tcp::kAck)) {
    return {"Acknowledges everything below its ack number.", "确认 ack 号之前的全部内容。"};
  }
  return {"Carries no flags: no TCP sends such a segment.", "不带任何标志：TCP 不会发送这样的段。"};
}

std::string words_of(lab::CallLine const& line, Language language) {
  std::string text(kCalls.at(static_cast<std::size_t>(line.call)).in(language));
  bool const begun = line.result.error == lab::Error::InProgress;
  if (!line.result.ok() && !begun) text += kFailed.in(language);
  return text;
}

std::string words_of(lab::SegmentLine const& line, Language language) {
  auto const& segment = line.packet.segment;
  std::string text(meaning_of(segment).in(language));
  bool const says_window = segment.has(tcp::kAck) && !segment.has(tcp::kRst);
  if (says_window && segment.window == 0) text += kClosedWindow.in(language);
  if (line.forged) text += kForged.in(language);
  text += kFates.at(static_cast<std::size_t>(line.fate)).in(language);
  return text;
}

std::string words_of(lab::StateLine const& line, Language language) {
  auto const values = explain::values_of(model::TcpSettings(), language);
  return explain::fill(explain::text_of(line.to).meaning.in(language), values);
}

std::string words_of(lab::NoteLine const& /*line*/, Language /*language*/) { return ""; }

}  // namespace

std::string line_meaning(lab::StoryLine const& line, Language language) {
  return std::visit([&](auto const& what) { return words_of(what, language); }, line.what);
}

}  // namespace lastack::ui
