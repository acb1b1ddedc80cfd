#include "model/tcp_counters.hh"

namespace lastack::model {
namespace {

// In the order of TcpCounter.
constexpr std::array<TcpCounterName, kTcpCounterCount> kNames{{
    {"Tcp:", "ActiveOpens"},
    {"Tcp:", "PassiveOpens"},
    {"TcpExt:", "SyncookiesSent"},
    {"TcpExt:", "SyncookiesRecv"},
    {"TcpExt:", "TW"},
    {"TcpExt:", "TWKilled"},
    {"TcpExt:", "TCPTimeWaitOverflow"},
    {"TcpExt:", "ListenOverflows"},
    {"TcpExt:", "ListenDrops"},
    {"TcpExt:", "TCPSynRetrans"},
    {"TcpExt:", "TCPReqQFullDrop"},
    {"TcpExt:", "TCPAbortOnMemory"},
    {"TcpExt:", "TCPMemoryPressures"},
    {"TcpExt:", "PruneCalled"},
    {"TcpExt:", "RcvPruned"},
}};

}  // namespace

TcpCounterName const& describe(TcpCounter counter) {
  return kNames.at(static_cast<std::size_t>(counter));
}

}  // namespace lastack::model
