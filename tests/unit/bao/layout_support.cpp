// SPDX-License-Identifier: Apache-2.0
#include "unit/bao/layout_support.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <fstream>
#include <sstream>

namespace bao_test {

namespace {

constexpr const char* board_text = R"({
  "format": "runphi.board/1", "name": "lab",
  "cpus": {"ids": "0-5"},
  "memory": {"pools": [{"name": "ram", "base": "0x42000000", "size": "1G"}]},
  "devices": [
    {"name": "uart0", "iomem": [{"base": "0x9000000", "size": "4K"}], "irqs": [33]},
    {"name": "uart1", "iomem": [{"base": "0x9040000", "size": "4K"}], "irqs": [40]},
    {"name": "dma0", "iomem": [{"base": "0x9050000", "size": "8K"}], "irqs": [41, 42]},
    {"name": "can0", "iomem": [{"base": "0x9060000", "size": "4K"}], "irqs": [43]}],
  "irqs": [140, 141, 142, 143],
  "backends": {"bao": {
    "platform": "lab", "version": "v2.0.0", "cpus": 6,
    "regions": [{"base": "0x40000000", "size": "2G"}],
    "hypervisor": {"base": "0x40000000", "size": "32M"},
    "gic": {"version": 3, "distributor": "0x8000000", "redistributors": "0x80a0000",
            "lines": 160, "maintenance": 25},
    "devices": {"uart1": {"compatible": ["arm,pl011"]}, "dma0": {"dma": true}}}}})";

constexpr const char* request_text = R"({
  "format": "runphi.bao-request/1", "layout": "lab",
  "root": {"cpus": "0-1", "memory": "256M", "image": {"size": "64M"}, "devices": ["uart0"],
           "channels": ["link"]},
  "slots": [
    {"name": "s0", "memory": "32M", "devices": ["uart1"], "channels": ["link"]},
    {"name": "s1", "memory": ["16M", "16M"], "window": "1M"}],
  "guests": [{"name": "g0", "cpus": 2, "memory": "64M", "image": {"size": "16M"},
              "devices": ["can0"]}],
  "channels": [{"name": "link", "size": "64K"}]})";

std::string text_of_document(const rapidjson::Document& document) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    document.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

Scene::Scene() {
    board_.Parse(board_text);
    request_.Parse(request_text);
}

Scene& Scene::set(rapidjson::Document& document, const std::string& pointer,
                  const std::string& json) {
    rapidjson::Document value;
    value.Parse(json.c_str());
    EXPECT_FALSE(value.HasParseError()) << json;
    rapidjson::Value copy(value, document.GetAllocator());
    rapidjson::Pointer(pointer.c_str()).Set(document, copy);
    return *this;
}

Layout Scene::layout() const {
    return place(parse_hardware(text_of_document(board_), "board"),
                 parse_request(text_of_document(request_), "request"));
}

std::string Scene::problems() const {
    std::string out;
    for (const Problem& one : check(layout())) {
        EXPECT_FALSE(one.todo.empty()) << one.what;
        out += one.what + "\n";
    }
    return out;
}

std::string text_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in.good()) << file;
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

}  // namespace bao_test
