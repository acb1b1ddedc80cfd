// The settings of a network namespace that decide how long TCP states last and how many there may
// be (sysctl).
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lastack::model {

enum class TcpSetting : std::uint8_t {
  FinTimeout,  // s
  SynRetries,
  SynLinearTimeouts,  // Linux 6.5 and newer; before, as 0
  SynAckRetries,
  Retries2,
  OrphanRetries,      // 0 means 8
  RtoMaxMs,           // Linux 6.15 and newer; before, as 120000
  KeepaliveTime,      // s
  KeepaliveInterval,  // s
  KeepaliveProbes,
  Somaxconn,
  MaxSynBacklog,
  SynCookies,
  MaxOrphans,
  MaxTimeWait,
  PortRangeFirst,
  PortRangeLast,
  TimeWaitReuse,         // by connect(): 0 never, 1 always, 2 on loopback
  TimeWaitReuseDelayMs,  // Linux 6.14 and newer; before, as 1000
  Timestamps,
};
inline constexpr std::size_t kTcpSettingCount =
    static_cast<std::size_t>(TcpSetting::Timestamps) + 1;

struct TcpSettingInfo {
  std::string_view name;  // as sysctl(8) writes it
  std::uint64_t usual;    // Linux' default, for where it cannot be read
};
[[nodiscard]] TcpSettingInfo const& describe(TcpSetting setting);

// A value that was not read is the usual one, and is_read() says so.
class TcpSettings {
 public:
  TcpSettings();

  [[nodiscard]] std::uint64_t get(TcpSetting setting) const {
    return values_[static_cast<std::size_t>(setting)];
  }
  [[nodiscard]] bool is_read(TcpSetting setting) const {
    return read_[static_cast<std::size_t>(setting)];
  }
  // None of them could be read.
  [[nodiscard]] bool all_usual() const { return read_.none(); }
  void set(TcpSetting setting, std::uint64_t value) {
    values_[static_cast<std::size_t>(setting)] = value;
    read_.set(static_cast<std::size_t>(setting));
  }

 private:
  std::array<std::uint64_t, kTcpSettingCount> values_{};
  std::bitset<kTcpSettingCount> read_;
};

}  // namespace lastack::model
