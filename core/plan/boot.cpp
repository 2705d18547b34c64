// SPDX-License-Identifier: Apache-2.0
#include "core/plan/managers.hpp"

namespace phi::plan {

json::Value boot_value(const boot::Choice& choice, json::Document::AllocatorType& memory) {
    json::Value images(rapidjson::kArrayType);
    for (const auto& image : choice.images) {
        json::Value item(rapidjson::kObjectType);
        item.AddMember("role", json::Value(image.role, memory), memory);
        item.AddMember("path", json::Value(image.path, memory), memory);
        item.AddMember("length", image.length, memory);
        if (image.disk) {
            item.AddMember("format", json::Value(image.disk->format, memory), memory);
            item.AddMember("bus", json::Value(image.disk->bus, memory), memory);
            item.AddMember("writable", image.disk->writable, memory);
        }
        images.PushBack(item, memory);
    }
    json::Value out(rapidjson::kObjectType);
    out.AddMember("kind", json::Value(boot::to_string(choice.kind), memory), memory);
    out.AddMember("source", json::Value(boot::to_string(choice.source), memory), memory);
    out.AddMember("arch", json::Value(choice.arch, memory), memory);
    out.AddMember("cmdline", json::Value(choice.cmdline, memory), memory);
    if (choice.load_address) out.AddMember("load_address", *choice.load_address, memory);
    if (choice.entry_address) out.AddMember("entry_address", *choice.entry_address, memory);
    out.AddMember("images", images, memory);
    return out;
}

}  // namespace phi::plan
