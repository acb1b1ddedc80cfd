#include "app/socket_label.hh"

#include <algorithm>

#include "base/text.hh"
#include "ui/columns/table.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kOwnersNamed = 3;

void append_owners(std::string& text, model::Snapshot const& snapshot,
                   model::Endpoint const& endpoint) {
  if (endpoint.owner_count == 0) {
    text += model::label(endpoint.no_owner);
    return;
  }
  std::size_t named = 0;
  std::uint32_t last = model::kNone;
  for (auto const& owner : snapshot.owners_of(endpoint)) {
    if (owner.process == last) continue;  // another descriptor of the same
    last = owner.process;
    if (named == kOwnersNamed) {
      text += ",…";
      return;
    }
    if (named++ > 0) text += ',';
    auto const& process = snapshot.process_of(owner);
    text += process_label(process.pid, process.comm);
  }
}

}  // namespace

std::string process_label(std::uint32_t pid, std::string const& comm) {
  auto text = base::printable(comm);
  text += '[' + std::to_string(pid) + ']';
  return text;
}

std::string socket_label(model::Snapshot const& snapshot, model::Endpoint const& endpoint) {
  ui::View const view{.snapshot = snapshot};
  std::string text;
  for (auto const* id : {"proto", "local", "remote", "state"}) {
    ui::column(id).cells->text(text, {view, endpoint});
    text += ' ';
  }
  append_owners(text, snapshot, endpoint);
  auto const* netns = snapshot.netns_of(endpoint);
  if (netns != nullptr && snapshot.namespaces.size() > 1) {
    text += " in " + base::printable(netns->label);
  }
  return text;
}

}  // namespace lastack::app
