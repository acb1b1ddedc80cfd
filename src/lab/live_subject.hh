// A host that is asked whose time passes by itself.
#pragma once

#include <string_view>

#include "lab/subject.hh"

namespace lastack::lab {

class LiveSubject : public Subject {
 public:
  // Since it began.
  [[nodiscard]] virtual Moment now() = 0;
  // Until it has sent something, at most so long; what it has sent.
  [[nodiscard]] virtual std::vector<Packet> wait(Span most) = 0;
  // By the name of its sysctl, "net.ipv4.tcp_syncookies".
  [[nodiscard]] virtual base::Result<void> set_host(std::string_view name,
                                                    std::string_view value) = 0;
};

}  // namespace lastack::lab
