#include "rig/pcap_file.hh"

#include <pcap/pcap.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "rig/ip_packet.hh"

namespace lastack::rig {
namespace {

constexpr int kLongestPacket = 65535;  // of IPv4: none is cut
constexpr std::uint32_t kMostText = kLongestPacket - 20 - 24;

// What is written into a FILE, as bytes.
class MemoryFile {
 public:
  MemoryFile() : file_(::open_memstream(&bytes_, &size_)) {}
  MemoryFile(MemoryFile const&) = delete;
  MemoryFile& operator=(MemoryFile const&) = delete;
  ~MemoryFile() {
    if (file_ != nullptr) (void)std::fclose(file_);
    std::free(bytes_);  // NOLINT(cppcoreguidelines-no-malloc): open_memstream() gives it so
  }

  [[nodiscard]] std::FILE* get() const { return file_; }
  // Somebody else closes it, after which the bytes are there.
  void release() { file_ = nullptr; }
  [[nodiscard]] std::string bytes() const { return {bytes_, size_}; }

 private:
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

using Pcap = std::unique_ptr<pcap_t, decltype(&::pcap_close)>;

pcap_pkthdr header_of(lab::Moment at, std::size_t size) {
  pcap_pkthdr header{};
  header.ts.tv_sec = static_cast<time_t>(at.us / 1'000'000);
  header.ts.tv_usec = static_cast<suseconds_t>(at.us % 1'000'000);
  header.caplen = header.len = static_cast<bpf_u_int32>(size);
  return header;
}

}  // namespace

base::Result<std::string> pcap_file(std::span<TimedPacket const> packets) {
  // A hand can write into a scenario what no wire carries.
  for (auto const& each : packets) {
    auto const text = each.packet.segment.text;
    if (text <= kMostText) continue;
    return base::fail(fmt::format("a segment with {} octets does not fit into a packet", text));
  }
  Pcap const pcap(::pcap_open_dead(DLT_RAW, kLongestPacket), &::pcap_close);
  MemoryFile memory;
  if (!pcap || memory.get() == nullptr) return base::fail("no memory for a capture");
  auto* const dumper = ::pcap_dump_fopen(pcap.get(), memory.get());
  if (dumper == nullptr) return base::fail(::pcap_geterr(pcap.get()));
  memory.release();
  for (auto const& [at, packet] : packets) {
    auto const bytes = encode(packet);
    auto const header = header_of(at, bytes.size());
    // libpcap's callbacks take their argument as bytes, and so does this function of theirs.
    ::pcap_dump(reinterpret_cast<u_char*>(dumper), &header,
                reinterpret_cast<u_char const*>(bytes.data()));
  }
  bool const whole = ::pcap_dump_flush(dumper) == 0;
  ::pcap_dump_close(dumper);
  if (!whole) return base::fail("no memory for a capture");
  return memory.bytes();
}

}  // namespace lastack::rig
