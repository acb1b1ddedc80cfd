#include "detect/open_services.hh"

#include <algorithm>
#include <array>
#include <charconv>

#include "detect/program.hh"

namespace lastack::detect {
namespace {

using base::Phrase;
using model::Severity;

constexpr Phrase kRunsCommands{"Who reaches it can run programs here.",
                               "能连上它的人就能在这里运行程序。"};
constexpr Phrase kDataOpen{"Who reaches it reads and writes its data, unless a password is set.",
                           "若没有设置密码，能连上它的人就能读写其数据。"};

constexpr auto kServices = std::to_array<OpenService>({
    {"Docker",
     2375,
     2375,
     " dockerd ",
     "",
     Severity::Warning,
     {"The port without TLS asks for no password: who reaches it is root on this machine.",
      "不带 TLS 的端口不需要密码：能连上它的人就是本机的 root。"},
     {"Use the Unix socket, ssh (docker -H ssh://...) or TLS with client certificates",
      "改用 Unix 套接字、ssh（docker -H ssh://...）或带客户端证书的 TLS"}},
    {"memcached",
     11211,
     11211,
     " memcached ",
     "",
     Severity::Warning,
     {"It asks for no password: who reaches it reads, changes and empties the cache.",
      "它不需要密码：能连上它的人就能读取、修改和清空缓存。"},
     {"Start it with -l 127.0.0.1", "以 -l 127.0.0.1 启动"}},
    {"Node.js --inspect",
     9229,
     9229,
     " node ",
     "--inspect",
     Severity::Warning,
     kRunsCommands,
     {"Start it with --inspect=127.0.0.1", "以 --inspect=127.0.0.1 启动"}},
    {"distcc",
     3632,
     3632,
     " distccd ",
     "",
     Severity::Warning,
     kRunsCommands,
     {"Start it with --allow for the machines that may use it", "用 --allow 限定可使用它的机器"}},
    {"telnet",
     23,
     23,
     " telnetd in.telnetd inetd xinetd busybox ",
     "",
     Severity::Warning,
     {"Passwords and all that is typed cross the network in the clear.",
      "密码和输入的一切都以明文传输。"},
     {"Use ssh", "改用 ssh"}},
    {"rlogin/rsh",
     512,
     514,
     " in.rlogind in.rshd in.rexecd rlogind rshd inetd xinetd ",
     "",
     Severity::Warning,
     {"They believe what the client says it is.", "它们相信客户端自称的身份。"},
     {"Use ssh", "改用 ssh"}},
    {"adb",
     5555,
     5555,
     " adbd ",
     "",
     Severity::Warning,
     kRunsCommands,
     {"Turn debugging over the network off", "关闭网络调试"}},
    {"Redis",
     6379,
     6379,
     " redis-server valkey-server keydb-server ",
     "",
     Severity::Notice,
     kDataOpen,
     {"Set bind 127.0.0.1 -::1 and protected-mode yes, or a password (requirepass, ACL)",
      "设置 bind 127.0.0.1 -::1 和 protected-mode yes，或设置密码（requirepass、ACL）"}},
    {"MongoDB",
     27017,
     27019,
     " mongod mongos ",
     "",
     Severity::Notice,
     kDataOpen,
     {"Set net.bindIp to 127.0.0.1 and security.authorization to enabled",
      "将 net.bindIp 设为 127.0.0.1，security.authorization 设为 enabled"}},
    {"Elasticsearch",
     9200,
     9200,
     " java ",
     "elasticsearch",
     Severity::Notice,
     kDataOpen,
     {"Set http.host to 127.0.0.1, and keep xpack.security.enabled on",
      "将 http.host 设为 127.0.0.1，并保持 xpack.security.enabled 开启"}},
    {"OpenSearch",
     9200,
     9200,
     " java ",
     "opensearch",
     Severity::Notice,
     kDataOpen,
     {"Set network.host to 127.0.0.1, and keep the security plugin on",
      "将 network.host 设为 127.0.0.1，并保持安全插件开启"}},
    {"CouchDB",
     5984,
     5984,
     " beam couchdb ",
     "",
     Severity::Notice,
     kDataOpen,
     {"Set bind_address to 127.0.0.1", "将 bind_address 设为 127.0.0.1"}},
    {"etcd",
     2379,
     2380,
     " etcd ",
     "",
     Severity::Notice,
     {"It holds the keys of the cluster; without client certificates who reaches it has them.",
      "它保存集群的密钥；若不要求客户端证书，能连上它的人就能得到。"},
     {"Start it with --client-cert-auth, or listen on 127.0.0.1",
      "以 --client-cert-auth 启动，或只监听 127.0.0.1"}},
    {"ZooKeeper",
     2181,
     2181,
     " java ",
     "zookeeper",
     Severity::Notice,
     kDataOpen,
     {"Set clientPortAddress to 127.0.0.1", "将 clientPortAddress 设为 127.0.0.1"}},
    {"kubelet",
     10255,
     10255,
     " kubelet ",
     "",
     Severity::Notice,
     {"The read-only port tells who reaches it all about the pods.",
      "只读端口向能连上的人透露所有 Pod 的信息。"},
     {"Set readOnlyPort to 0", "将 readOnlyPort 设为 0"}},
    {"Jupyter",
     8888,
     8898,
     " jupyter python ipython ",
     "jupyter",
     Severity::Notice,
     kRunsCommands,
     {"Start it with --ip=127.0.0.1, and reach it over ssh -L",
      "以 --ip=127.0.0.1 启动，通过 ssh -L 访问"}},
    {"X11",
     6000,
     6063,
     " X Xorg Xvfb Xvnc Xtigervnc Xwayland ",
     "",
     Severity::Notice,
     {"Who gets in sees the screen and types on it.", "连上的人能看到屏幕并输入。"},
     {"Start it with -nolisten tcp, and use ssh -X", "以 -nolisten tcp 启动，改用 ssh -X"}},
    {"PHP-FPM",
     9000,
     9000,
     " php-fpm ",
     "",
     Severity::Warning,
     kRunsCommands,
     {"Set listen to 127.0.0.1:9000 or to a Unix socket",
      "将 listen 设为 127.0.0.1:9000 或 Unix 套接字"}},
});

constexpr std::string_view kForwarder = "docker-proxy";

bool is_one_of(std::string_view name, std::string_view programs) {
  return has_word(programs, name) || has_word(programs, without_version(name));
}

std::uint16_t container_port(std::string_view cmdline) {
  constexpr std::string_view kOption = "-container-port ";
  auto const at = cmdline.find(kOption);
  std::uint16_t port = 0;
  if (at == std::string_view::npos) return port;
  auto const text = cmdline.substr(at + kOption.size());
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

}  // namespace

bool is_forwarder(model::Process const& process) { return file_name(process) == kForwarder; }

OpenService const* open_service(std::uint16_t port, model::Process const& process) {
  bool const forwards = is_forwarder(process);
  if (forwards) port = container_port(process.cmdline);
  auto const* found = std::ranges::find_if(kServices, [&](OpenService const& each) {
    if (port < each.first_port || port > each.last_port) return false;
    if (forwards) return each.first_port == each.last_port;
    return is_one_of(file_name(process), each.programs) &&
           process.cmdline.find(each.cmdline) != std::string::npos;
  });
  return found == kServices.end() ? nullptr : found;
}

}  // namespace lastack::detect
