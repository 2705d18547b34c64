// SPDX-License-Identifier: Apache-2.0
#include "fdt_writer.hpp"

#include <libfdt.h>

#include <cstdio>
#include <runphi/sdk.hpp>

namespace runphi::common {

using sdk::Code;
using sdk::Error;

namespace {

void append_cell(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

FdtWriter::FdtWriter(std::size_t most) : tree_(most, '\0') {
    check(fdt_create(tree_.data(), static_cast<int>(tree_.size())));
    check(fdt_finish_reservemap(tree_.data()));
}

void FdtWriter::check(int result) const {
    if (result == 0) return;
    if (result == -FDT_ERR_NOSPACE) {
        throw Error(Code::no_resource,
                    "the device tree is larger than " + std::to_string(tree_.size()) + " bytes");
    }
    throw Error(Code::internal, std::string("libfdt: ") + fdt_strerror(result));
}

void FdtWriter::begin(const std::string& name) {
    check(fdt_begin_node(tree_.data(), name.c_str()));
}

void FdtWriter::end() {
    check(fdt_end_node(tree_.data()));
}

void FdtWriter::bytes(const char* name, std::string_view value) {
    check(fdt_property(tree_.data(), name, value.data(), static_cast<int>(value.size())));
}

void FdtWriter::text(const char* name, const std::string& value) {
    bytes(name, {value.c_str(), value.size() + 1});
}

void FdtWriter::texts(const char* name, const std::vector<std::string>& values) {
    std::string all;
    for (const std::string& one : values) all.append(one.c_str(), one.size() + 1);
    bytes(name, all);
}

void FdtWriter::cells(const char* name, const std::vector<std::uint32_t>& values) {
    std::string all;
    for (const std::uint32_t one : values) append_cell(all, one);
    bytes(name, all);
}

void FdtWriter::pairs(const char* name, const std::vector<std::uint64_t>& values) {
    std::string all;
    for (const std::uint64_t one : values) {
        append_cell(all, static_cast<std::uint32_t>(one >> 32));
        append_cell(all, static_cast<std::uint32_t>(one));
    }
    bytes(name, all);
}

std::string FdtWriter::finish() {
    check(fdt_finish(tree_.data()));
    tree_.resize(fdt_totalsize(tree_.data()));
    return std::move(tree_);
}

std::string at_address(const std::string& name, std::uint64_t address) {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(address));
    return name + "@" + digits;
}

}  // namespace runphi::common
