// The books that rows refer to: processes, owners, names.
#include <algorithm>
#include <utility>

#include "ui/tui/store.hh"

namespace lastack::ui::tui {

void Store::take_books(Update& update) {
  take_processes(update.processes);
  take_owners(update);
  take_names(update);
}

void Store::take_processes(std::vector<std::pair<std::uint32_t, model::Process>>& processes) {
  std::vector<bool> reused;
  for (auto& [index, process] : processes) {
    auto& known = snapshot_.processes;
    if (index >= known.size()) {
      known.resize(index + 1);
    } else if (known[index].pid != process.pid) {
      reused.resize(known.size());
      reused[index] = true;
    }
    known[index] = std::move(process);
    log_.process(index);
  }
  if (reused.empty()) return;
  reused.resize(snapshot_.processes.size());
  for (auto const& gone : gone_) {
    auto const owners = snapshot_.owners_of(snapshot_.endpoints[gone.slot]);
    if (std::ranges::any_of(owners, [&](auto const& owner) { return reused[owner.process]; })) {
      disown(gone.slot);
    }
  }
}

// Whose it was is not known any more.
void Store::disown(Slot slot) {
  auto& endpoint = snapshot_.endpoints[slot];
  endpoint.owners_at = endpoint.owner_count = 0;
  endpoint.no_owner = model::NoOwner::NotAsked;
  log_.touch(slot);
}

void Store::take_owners(Update const& update) {
  auto& book = snapshot_.owners;
  if (update.owners_at >= book.size()) {
    book.resize(update.owners_at);
  } else {
    owners_before_ = book;
    book.resize(update.owners_at);
  }
  book.insert(book.end(), update.owners.begin(), update.owners.end());
  if (!owners_before_.empty()) name_owners_anew(update);
}

// Rows that the update does not tell anew, above all gone ones, keep their first owner: wherever
// the new book has that process.
void Store::name_owners_anew(Update const& update) {
  constexpr auto kNowhere = model::kNone;
  std::vector<std::uint32_t> entry_of(snapshot_.processes.size(), kNowhere);
  for (std::uint32_t at = 0; at < snapshot_.owners.size(); ++at) {
    auto& entry = entry_of[snapshot_.owners[at].process];
    if (entry == kNowhere) entry = at;
  }
  for (Slot slot = 0; slot < slot_count(); ++slot) {
    auto const& extra = extras_[slot];
    auto& endpoint = snapshot_.endpoints[slot];
    if (!extra.used || endpoint.owner_count == 0) continue;
    if (endpoint.owners_at + endpoint.owner_count <= update.owners_at) continue;
    bool const gone = extra.mark == Mark::Gone;
    bool const other = !gone && extra.place == kNoPlace;
    bool const told = !gone && (other ? update.others_told : update.whole);
    if (told) continue;
    auto const entry = entry_of[owners_before_[endpoint.owners_at].process];
    if (entry == kNowhere) {
      disown(slot);
      continue;
    }
    endpoint.owners_at = entry;
    endpoint.owner_count = 1;
    log_.touch(slot);
  }
}

void Store::take_names(Update& update) {
  if (!update.namespaces.empty()) {
    auto const& known = snapshot_.namespaces;
    bool const only_more =
        known.size() <= update.namespaces.size() &&
        std::ranges::equal(
            known, std::span(update.namespaces).first(known.size()),
            [](auto const& a, auto const& b) { return a.inode == b.inode && a.label == b.label; });
    if (!only_more) log_.names();
    snapshot_.namespaces = std::move(update.namespaces);
  }
  if (!update.interfaces.empty() && update.interfaces != snapshot_.interfaces) {
    snapshot_.interfaces = std::move(update.interfaces);
    log_.names();
  }
  if (!update.users.empty() && update.users != snapshot_.users) {
    snapshot_.users = std::move(update.users);
    log_.names();
  }
}

}  // namespace lastack::ui::tui
