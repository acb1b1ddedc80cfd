// Which listener a connection came to.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "detect/scene.hh"

namespace lastack::detect {

// Of the whole snapshot: a filter may ask about connections and leave their listeners out.
class Listeners {
 public:
  explicit Listeners(Scene const& scene);

  // Rows of those that the endpoint came to, several where they share address and port
  // (SO_REUSEPORT); empty: it came to none that is there now. A listener's own row finds its group.
  [[nodiscard]] std::span<std::uint32_t const> of(model::Endpoint const& endpoint) const;
  [[nodiscard]] bool empty() const { return rows_.empty(); }

 private:
  struct Key {
    std::uint32_t netns = 0;
    std::uint16_t port = 0;
    model::Family family = model::Family::Inet;
    model::Address address;
    auto operator<=>(Key const&) const = default;
  };
  [[nodiscard]] static Key key_of(model::Endpoint const& listener);
  [[nodiscard]] std::span<std::uint32_t const> at(Key const& key) const;

  model::Snapshot const& snapshot_;
  std::vector<std::uint32_t> rows_;  // ordered by key
};

// What a finding about a listener is called: "*:80", "10.0.0.1:80 in web".
[[nodiscard]] std::string listener_subject(Scene const& scene, model::Endpoint const& listener);

}  // namespace lastack::detect
