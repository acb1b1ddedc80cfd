// Text from outside on its way into a format. Whatever the bytes: what comes out is valid UTF-8,
// holds no control characters, and cannot end the place where it stands.
#pragma once

#include <string>
#include <string_view>

namespace lastack::diagram {

// Content or attribute value of XML.
[[nodiscard]] std::string for_xml(std::string_view text);
// Inside the quotes of a dot string.
[[nodiscard]] std::string for_dot(std::string_view text);
// Inside the quotes of the title that goes before a Mermaid diagram: a YAML string. What means
// something to HTML or Mermaid (< > & # ; %) becomes a character that looks like it, since not
// every page that shows Mermaid is careful.
[[nodiscard]] std::string for_mermaid_title(std::string_view text);

}  // namespace lastack::diagram
