#include "ui/stream/stream_json.hh"

#include "ui/stream/owner_labels.hh"

namespace lastack::ui {
namespace {

// Columns of `list`, in this order.
Columns columns_of(std::initializer_list<char const*> ids) {
  Columns columns;
  for (auto const* id : ids) columns.push_back(&column(id));
  return columns;
}

Columns socket_columns() {
  return columns_of(
      {"proto", "family", "local", "remote", "netns", "inode", "interface", "mptcp-subflow"});
}
Columns owner_columns() {
  return columns_of({"pid", "fd", "process", "user", "exe", "unit", "container", "cmdline"});
}

}  // namespace

StreamJson::StreamJson(std::string& out, model::Snapshot const& book, StreamClock& clock)
    : json_(out),
      view_{.snapshot = book},
      clock_(&clock),
      socket_(socket_columns()),
      owner_(owner_columns()),
      cookie_(&column("cookie")) {}

model::Facts StreamJson::facts() { return needs_of(owner_columns()); }

exporting::JsonWriter& StreamJson::begin(std::string_view event, std::uint64_t time_ns) {
  json_.begin_object();
  json_.key("event").string(event);
  write_time("time", time_ns);
  return json_;
}

void StreamJson::end() {
  json_.end_object();
  json_.end_line();
}

void StreamJson::write_time(std::string_view key, std::uint64_t time_ns) {
  text_.clear();
  clock_->append_utc(text_, time_ns);
  json_.key(key).string(text_);
}

void StreamJson::write_socket(model::Life const& life) {
  Row const row{view_, life.endpoint};
  for (auto const* one : socket_) one->cells->json(json_, row, *one);
  if (life.endpoint.cookie != 0) {
    cookie_->cells->json(json_, row, *cookie_);
  }
}

void StreamJson::write_owners(model::Life const& life) {
  json_.key("owner_source").string(model::name(life.owner_source));
  if (life.process == model::kNone) {
    json_.key("no_owner").string(model::json_id(why_no_owner(life)));
  }
  json_.key("owners").begin_array();
  for (auto const& owner : view_.snapshot.owners_of(life.endpoint)) {
    if (owner.fd < 0) {
      json_.object(owner_alone(owner));
    } else {
      write_owner(json_, owner);
    }
  }
  json_.end_array();
}

void StreamJson::write_owner(exporting::JsonWriter& json, model::Owner const& owner) const {
  json.begin_object();
  for (auto const* one : owner_) one->cells->owner_json(json, {view_.snapshot, owner}, *one);
  json.end_object();
}

// Without a descriptor it is the same in every line.
std::string_view StreamJson::owner_alone(model::Owner const& owner) {
  if (owner.process >= owners_alone_.size()) {
    owners_alone_.resize(view_.snapshot.processes.size());
  }
  auto& text = owners_alone_[owner.process];
  if (text.empty()) {
    exporting::JsonWriter json(text);
    write_owner(json, owner);
  }
  return text;
}

void StreamJson::forget(std::uint32_t process) {
  if (process < owners_alone_.size()) owners_alone_[process].clear();
}

void StreamJson::write(model::Life const& life, model::Transition const& transition) {
  begin("transition", transition.time_ns);
  write_socket(life);
  json_.key("from").string(name(transition.from));
  json_.key("to").string(name(transition.to));
  if (transition.dwell_ns != model::kUnknown64) {
    json_.key("dwell_us").number(transition.dwell_ns / 1000);
  }
  auto const& cause = model::describe(transition.cause);
  json_.key("cause").string(cause.id);
  json_.key("cause_kind").string(model::name(cause.kind));
  json_.key("inferred").boolean(transition.inferred);
  if (transition.not_before_ns != 0) write_time("not_before", transition.not_before_ns);
  write_owners(life);
  end();
}

void StreamJson::write_gap(std::uint64_t since_ns, std::uint64_t time_ns, std::uint64_t lost) {
  begin("gap", time_ns);
  write_time("since", since_ns);
  json_.key("lost").number(lost);
  end();
}

void StreamJson::write_path(model::Life const& life) {
  json_.key("path").begin_array();
  for (auto const& hop : life.path()) {
    json_.begin_object();
    json_.key("state").string(name(hop.state()));
    if (hop.dwell_us() != model::Hop::kUnknownDwell) json_.key("dwell_us").number(hop.dwell_us());
    json_.key("left_by").string(model::describe(hop.left_by()).id);
    if (hop.inferred()) json_.key("inferred").boolean(true);
    json_.end_object();
  }
  json_.end_array();
  if (life.lost_hops > 0) json_.key("path_cut").number(life.lost_hops);
}

void StreamJson::write(model::Life const& life, std::uint64_t end_ns) {
  begin("life", end_ns);
  if (life.born_ns != 0) {
    write_time("start_time", life.born_ns);
    json_.key("duration_us").number((end_ns - life.born_ns) / 1000);
  }
  write_socket(life);
  write_path(life);
  json_.key("opened_by").string(model::name(life.opened_by));
  json_.key("closed_first_by").string(model::name(life.closed_first_by));
  json_.key("ended_by").string(model::describe(life.ended_by).id);
  if (auto const handshake = life.handshake_us()) json_.key("handshake_us").number(*handshake);
  if (life.retransmitted_syn_acks > 0) {
    json_.key("retransmitted_syn_acks").number(life.retransmitted_syn_acks);
  }
  if (life.totals_known) {
    auto const& totals = life.totals;
    json_.key("bytes_sent").number(totals.bytes_sent);
    json_.key("bytes_received").number(totals.bytes_received);
    json_.key("segs_out").number(totals.segs_out);
    json_.key("segs_in").number(totals.segs_in);
    json_.key("retransmits").number(totals.retransmits);
    if (totals.srtt_us != 0) json_.key("rtt_us").number(totals.srtt_us);
  }
  write_owners(life);
  end();
}

}  // namespace lastack::ui
