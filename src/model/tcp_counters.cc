#include "model/tcp_counters.hh"

namespace lastack::model {
namespace {

// In the order of TcpCounter.
constexpr std::array<TcpCounterName, kTcpCounterCount> kNames{{
    {"Tcp:", "ActiveOpens"},
    {"Tcp:", "PassiveOpens"},
    {"Tcp:", "AttemptFails"},
    {"Tcp:", "EstabResets"},
    {"Tcp:", "CurrEstab"},
    {"Tcp:", "InSegs"},
    {"Tcp:", "OutSegs"},
    {"Tcp:", "RetransSegs"},
    {"Tcp:", "OutRsts"},
    {"TcpExt:", "SyncookiesSent"},
    {"TcpExt:", "SyncookiesRecv"},
    {"TcpExt:", "SyncookiesFailed"},
    {"TcpExt:", "ListenOverflows"},
    {"TcpExt:", "ListenDrops"},
    {"TcpExt:", "TCPTimeWaitOverflow"},
    {"TcpExt:", "TCPSynRetrans"},
    {"TcpExt:", "TCPReqQFullDoCookies"},
    {"TcpExt:", "TCPReqQFullDrop"},
    {"TcpExt:", "TCPAbortOnData"},
    {"TcpExt:", "TCPAbortOnClose"},
    {"TcpExt:", "TCPAbortOnMemory"},
    {"TcpExt:", "TCPAbortOnTimeout"},
    {"TcpExt:", "TCPAbortOnLinger"},
    {"TcpExt:", "TCPAbortFailed"},
    {"TcpExt:", "TCPMemoryPressures"},
    {"TcpExt:", "PruneCalled"},
    {"TcpExt:", "RcvPruned"},
    {"TcpExt:", "TCPBacklogDrop"},
}};

}  // namespace

TcpCounterName const& describe(TcpCounter counter) {
  return kNames.at(static_cast<std::size_t>(counter));
}

}  // namespace lastack::model
