// What the picture says besides names and labels.
#pragma once

#include <array>

#include "base/phrase.hh"
#include "diagram/edge_label.hh"

namespace lastack::diagram {

inline constexpr base::Phrase kTitle{"TCP state transition diagram", "TCP 状态转换图"};
inline constexpr base::Phrase kDescription{
    "The states of a TCP connection as RFC 9293 has them, and what leads from one to another; "
    "CLOSED is at the top, TIME_WAIT and LAST_ACK are at the bottom.",
    "RFC 9293 规定的 TCP 连接状态以及状态之间的转换；CLOSED 在最上方，TIME_WAIT 和 LAST_ACK "
    "在最下方。"};

// In the order of Stroke.
inline constexpr std::array<base::Phrase, kStrokeCount> kStrokeNames{{
    {"client", "客户端"},
    {"server", "服务器"},
    {"other ways", "其他路径"},
    {"Linux only", "仅 Linux"},
}};

inline constexpr base::Phrase kActiveClose{"active close", "主动关闭"};
inline constexpr base::Phrase kPassiveClose{"passive close", "被动关闭"};

inline constexpr base::Phrase kOnAnEdge{"on an edge: event / what is sent",
                                        "边上：事件 / 发送的报文段"};
inline constexpr base::Phrase kNotDrawn{"Not drawn", "未画出"};
inline constexpr base::Phrase kShortcuts{"RST, ABORT and timeouts", "RST、中止和超时"};
inline constexpr base::Phrase kColon{": ", "："};
inline constexpr base::Phrase kSemicolon{"; ", "；"};
inline constexpr base::Phrase kAlso{"also", "另有"};

inline constexpr base::Phrase kOnPath{"the path of this connection", "此连接经过的路径"};
inline constexpr base::Phrase kHere{"where it is now", "当前所在状态"};
inline constexpr base::Phrase kTimesTaken{"times taken", "经过的次数"};
inline constexpr base::Phrase kSocketsNow{"in a box: sockets there now", "框内：当前的套接字数"};

}  // namespace lastack::diagram
