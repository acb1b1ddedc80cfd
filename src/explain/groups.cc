#include "explain/groups.hh"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace lastack::explain {

std::vector<Group> group(model::Snapshot const& snapshot,
                         std::span<std::uint32_t const> endpoints) {
  using Key = std::tuple<Situation, std::uint32_t, model::NoOwner, std::uint32_t>;
  struct Member {
    Group group;
    std::set<model::Address> hosts;
  };
  std::map<Key, Member> members;
  for (auto const index : endpoints) {
    auto const& endpoint = snapshot.endpoints[index];
    auto const owners = snapshot.owners_of(endpoint);
    auto const process = owners.empty() ? model::kNone : owners.front().process;
    auto const situation = situation_of(endpoint);
    auto& [group, hosts] = members[{situation, process, endpoint.no_owner, endpoint.netns}];
    group.situation = situation;
    group.process = process;
    group.no_owner = endpoint.no_owner;
    group.netns = endpoint.netns;
    ++group.count;
    hosts.insert(endpoint.flow.remote);
    group.members.push_back(index);
  }
  std::vector<Group> groups;
  groups.reserve(members.size());
  for (auto& [key, member] : members) {
    member.group.remote_hosts = member.hosts.size();
    groups.push_back(std::move(member.group));
  }
  std::ranges::stable_sort(groups, std::ranges::greater(), [](Group const& group) {
    return std::pair(text_of(group.situation).verdict, group.count);
  });
  return groups;
}

}  // namespace lastack::explain
