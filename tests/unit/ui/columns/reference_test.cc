#include "ui/columns/reference.hh"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "support/golden.hh"
#include "ui/columns/table.hh"

namespace lastack::ui {
namespace {

std::string const kDocs = std::string(LASTACK_GOLDEN) + "/../../docs/";

TEST(Reference, DocumentIsUpToDate) {
  test::expect_same_as_file(kDocs + "columns.md", columns_document());
}

TEST(Reference, SchemaIsUpToDate) {
  test::expect_same_as_file(kDocs + "list.schema.json", json_schema());
}

TEST(Reference, SchemaDescribesEveryMember) {
  rapidjson::Document schema;
  schema.Parse(json_schema().c_str());
  ASSERT_FALSE(schema.HasParseError());
  auto const& endpoint = schema["properties"];
  auto const& owner = endpoint["owners"]["items"]["properties"];
  for (auto const& column : all_columns()) {
    for (auto const& member : column.members) {
      if (member.name.empty()) continue;
      auto const& place = column.of_owner() ? owner : endpoint;
      EXPECT_TRUE(place.HasMember(std::string(member.name).c_str())) << member.name;
    }
  }
}

}  // namespace
}  // namespace lastack::ui
