// The section of the details that is about the process.
#pragma once

#include <optional>

#include "ui/tui/host.hh"
#include "ui/tui/text_page.hh"
#include "ui/tui/view.hh"

namespace lastack::ui::tui {

void process_rows(PageWriter& page, model::Process const& process,
                  std::optional<ProcessMore> const& more, Frame const& frame);

}  // namespace lastack::ui::tui
