#include "ui/tui/keys.hh"

#include <utf8proc.h>

#include <algorithm>

namespace lastack::ui::tui {
namespace {

using enum Action;
using KeyGroup::Act;
using KeyGroup::Find;
using KeyGroup::General;
using KeyGroup::Move;
using KeyGroup::Show;
using KeyGroup::Time;

constexpr auto kBindings = std::to_array<Binding>({
    {Help, {'?', 'h', kF1}, General, {"this help", "本帮助"}, {"Help", "帮助"}},
    {Quit, {'q', kF10, control('c')}, General, {"quit", "退出"}, {"Quit", "退出"}},
    {Back,
     {kEscape},
     General,
     {"close what is open; clear search, tags, filter", "关闭窗口；依次清除搜索、标记、过滤"},
     {}},
    {NextView, {kTab}, General, {"next view", "下一视图"}, {}},
    {PreviousView, {kBackTab}, General, {"previous view", "上一视图"}, {}},
    {View1, {'1'}, General, {"endpoints", "端点"}, {}},
    {View2, {'2'}, General, {"processes", "进程"}, {}},
    {View3, {'3'}, General, {"listeners", "监听者"}, {}},
    {View4, {'4'}, General, {"transitions", "状态转换"}, {}},
    {View5, {'5'}, General, {"state diagram", "状态图"}, {}},
    {View6, {'6'}, General, {"recently closed", "最近关闭"}, {}},
    {View7, {'7'}, General, {"findings of diagnosis", "诊断结果"}, {}},
    {Suspend, {control('z')}, General, {"suspend; fg comes back", "挂起；fg 返回"}, {}},
    {Redraw, {control('l')}, General, {"draw the screen anew", "重绘屏幕"}, {}},

    {Up, {kUp, 'k'}, Move, {"up", "向上"}, {}},
    {Down, {kDown, 'j'}, Move, {"down", "向下"}, {}},
    {PageUp, {kPageUp, control('b')}, Move, {"a page up", "上翻一页"}, {}},
    {PageDown, {kPageDown, control('f')}, Move, {"a page down", "下翻一页"}, {}},
    {First, {kHome, 'g'}, Move, {"first row", "第一行"}, {}},
    {Last, {kEnd, 'G'}, Move, {"last row", "最后一行"}, {}},
    {ScrollLeft, {kLeft}, Move, {"columns to the left", "向左滚动"}, {}},
    {ScrollRight, {kRight}, Move, {"columns to the right", "向右滚动"}, {}},

    {Filter,
     {'/', kF4, '\\', 'f'},
     Find,
     {"filter, in the language of 'lastack list'", "过滤，语法同 lastack list"},
     {"Filter", "过滤"}},
    {ClearFilter, {kBackspace}, Find, {"no filter", "取消过滤"}, {}},
    {Search,
     {kF3, control('s')},
     Find,
     {"search in what is shown", "在所示内容中搜索"},
     {"Search", "搜索"}},
    {SearchNext, {'n'}, Find, {"next match", "下一个匹配"}, {}},
    {SearchPrevious, {'N'}, Find, {"previous match", "上一个匹配"}, {}},
    {SortMenu,
     {kF6, 's', '>'},
     Find,
     {"sort by a column of your choice", "选择排序的列"},
     {"Sort", "排序"}},
    {SortReverse, {'I', 'r'}, Find, {"turn the order round", "反转顺序"}, {}},
    {SortNextColumn, {'S'}, Find, {"sort by the next column", "按下一列排序"}, {}},
    {Columns, {'C'}, Find, {"choose, order and size columns", "选择、排列列及列宽"}, {}},

    {ToggleTcp, {'T'}, Show, {"TCP", "TCP"}, {}},
    {ToggleUdp, {'u'}, Show, {"UDP", "UDP"}, {}},
    {ToggleIpv4, {kAlt | '4'}, Show, {"IPv4", "IPv4"}, {}},
    {ToggleIpv6, {kAlt | '6'}, Show, {"IPv6", "IPv6"}, {}},
    {ToggleListening, {'l'}, Show, {"what listens", "监听中的端点"}, {}},
    {ToggleConnected, {'E'}, Show, {"what does not listen", "非监听的端点"}, {}},
    {ToggleLoopback, {'o'}, Show, {"loopback", "环回"}, {}},
    {StateMenu, {'z'}, Show, {"which states", "选择状态"}, {}},
    {NamespaceMenu, {'M'}, Show, {"which network namespace", "选择网络命名空间"}, {}},
    {ToggleNames, {'d'}, Show, {"host names", "主机名"}, {}},
    {ToggleServices, {'p'}, Show, {"service names", "服务名"}, {}},
    {FoldTimeWait,
     {'w'},
     Show,
     {"fold TIME_WAIT: a line for each listener or peer", "折叠 TIME_WAIT：每个监听者或对端一行"},
     {}},
    {Tree, {kF5, 't'}, Show, {"tree by process", "按进程成树"}, {"Tree", "树"}},
    {Fold, {'-', '+'}, Show, {"open or close a group", "展开或折叠一组"}, {}},

    {Pause, {'Z'}, Time, {"pause", "暂停"}, {"Pause", "暂停"}},
    {Refresh, {control('r')}, Time, {"look at everything now", "立即全部刷新"}, {}},
    {Faster, {'['}, Time, {"faster", "加快"}, {}},
    {Slower, {']'}, Time, {"slower; after 10 s only on demand", "放慢；10 秒之后仅按需刷新"}, {}},
    {Follow, {'F'}, Time, {"the cursor follows this row", "光标跟随此行"}, {}},

    {Details, {kEnter}, Act, {"everything about this row", "此行的全部信息"}, {"Details", "详情"}},
    {Explain, {'e'}, Act, {"explain the state of this row", "解释此行的状态"}, {"Explain", "解释"}},
    {ContextMenu, {'m', kF2}, Act, {"menu of this row", "此行的菜单"}, {"Menu", "菜单"}},
    {Tag, {kSpace}, Act, {"tag this row", "标记此行"}, {}},
    {UntagAll, {'U'}, Act, {"untag all", "取消所有标记"}, {}},
    {CloseConnection,
     {'x', kDelete},
     Act,
     {"close this connection, or the tagged ones", "关闭此连接或已标记的连接"},
     {"Close", "关闭"}},
    {EndProcess, {kF9, 'K'}, Act, {"end this process", "结束此进程"}, {"End", "结束"}},
    {Probe, {'P'}, Act, {"probe the remote port", "探测远端端口"}, {"Probe", "探测"}},
    {Copy, {'c', 'y'}, Act, {"copy this row", "复制此行"}, {"Copy", "复制"}},
    {Export,
     {'W'},
     Act,
     {"write what is shown to a file", "把所示内容写入文件"},
     {"Export", "导出"}},

    {SaveView, {'v'}, KeyGroup::Settings, {"save this view under a name", "以名称保存此视图"}, {}},
    {LoadView, {'V'}, KeyGroup::Settings, {"go to a saved view", "打开已保存的视图"}, {}},
    {Action::Settings,
     {',', kF8},
     KeyGroup::Settings,
     {"colours, saving, reset", "颜色、保存、重置"},
     {"Settings", "设置"}},
});

struct Named {
  Key key;
  std::string_view name;
  std::string_view sign;  // where there is Unicode
};
constexpr auto kNames = std::to_array<Named>({
    {kEscape, "Esc", "Esc"},
    {kEnter, "Enter", "Enter"},
    {kTab, "Tab", "Tab"},
    {kSpace, "Space", "Space"},
    {kUp, "Up", "↑"},
    {kDown, "Down", "↓"},
    {kLeft, "Left", "←"},
    {kRight, "Right", "→"},
    {kHome, "Home", "Home"},
    {kEnd, "End", "End"},
    {kPageUp, "PgUp", "PgUp"},
    {kPageDown, "PgDn", "PgDn"},
    {kInsert, "Ins", "Ins"},
    {kDelete, "Del", "Del"},
    {kBackspace, "Bksp", "Bksp"},
    {kBackTab, "S-Tab", "S-Tab"},
});

}  // namespace

std::span<Binding const> bindings() { return kBindings; }

Action action_of(Key key) {
  if (key == 0) return None;
  for (auto const& binding : kBindings) {
    if (std::ranges::find(binding.keys, key) != binding.keys.end()) return binding.action;
  }
  return None;
}

Binding const* binding_of(Action action) {
  auto const found = std::ranges::find(kBindings, action, &Binding::action);
  return found == kBindings.end() ? nullptr : &*found;
}

base::Phrase title(KeyGroup group) {
  constexpr std::array<base::Phrase, kKeyGroupCount> kTitles{{
      {"General", "常用"},
      {"Moving", "移动"},
      {"Finding", "查找"},
      {"What is shown", "显示内容"},
      {"Time", "时间"},
      {"This row", "此行"},
      {"Settings", "设置"},
  }};
  return kTitles[static_cast<std::size_t>(group)];
}

std::string name_of(Key key, bool unicode) {
  if ((key & kAlt) != 0) return "Alt-" + name_of(key & ~kAlt, unicode);
  for (auto const& named : kNames) {
    if (named.key == key) return std::string(unicode ? named.sign : named.name);
  }
  if (key >= kF1 && key <= kF12) return "F" + std::to_string(key - kF1 + 1);
  if (key < 0x20) return std::string("Ctrl-") + static_cast<char>(key + 0x40);
  std::array<utf8proc_uint8_t, 4> bytes{};
  auto const size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(key), bytes.data());
  return {reinterpret_cast<char const*>(bytes.data()), static_cast<std::size_t>(size)};
}

}  // namespace lastack::ui::tui
