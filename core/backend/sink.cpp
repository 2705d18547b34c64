// SPDX-License-Identifier: Apache-2.0
#include "core/backend/sink.hpp"

#include <utility>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::backend {

Sink::Sink(std::size_t bound) : abi_{sizeof abi_, 0, this, &write}, bound_(bound) {}

runphi_result Sink::write(void* ctx, const void* data, std::uint64_t length) {
    auto& sink = *static_cast<Sink*>(ctx);
    if (length == 0) return RUNPHI_OK;
    if (data == nullptr) return RUNPHI_INVALID;
    if (length > sink.bound_ - sink.bytes_.size()) {
        sink.overflowed_ = true;
        return RUNPHI_NO_RESOURCE;
    }
    try {
        sink.bytes_.append(static_cast<const char*>(data), static_cast<std::size_t>(length));
        return RUNPHI_OK;
    } catch (...) {  // only memory can be short here, and no exception may enter the plugin
        sink.overflowed_ = true;
        return RUNPHI_NO_RESOURCE;
    }
}

std::string Sink::take(const std::string& what) {
    if (overflowed_) {
        throw Error(Code::no_resource, text(what, " is larger than ", format_bytes(bound_)),
                    "this is a fault of the backend");
    }
    return std::move(bytes_);
}

}  // namespace phi::backend
