#include "lab/settings.hh"

namespace lastack::lab {

Settings settings_of(tcp::Reading const& reading) {
  Settings settings{.reading = &reading};
  if (reading.name == tcp::kLinux.name) return settings;
  settings.limits_queues = false;
  settings.syncookies = 0;
  settings.syn_linear_timeouts = 0;
  settings.rto_min = seconds(1);        // RFC 6298 2.4
  settings.rto_after_syn = seconds(3);  // RFC 6298 5.7
  settings.give_up = seconds(100);      // RFC 9293 3.8.3: R2
  settings.give_up_syn = seconds(180);
  settings.time_wait = seconds(240);  // twice the MSL of 2 minutes
  settings.closes_with_reset = false;
  settings.delayed_ack = milliseconds(200);  // RFC 9293 3.8.6.3: less than 500 ms
  return settings;
}

}  // namespace lastack::lab
