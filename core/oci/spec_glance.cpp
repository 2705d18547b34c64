// SPDX-License-Identifier: Apache-2.0
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <array>
#include <bitset>
#include <utility>

#include "core/base/json.hpp"
#include "core/base/json_flags.hpp"
#include "core/oci/spec.hpp"

namespace phi::oci {

namespace {

// Where in config.json a value stands, as far as a glance cares.
enum class Place {
    elsewhere,
    document,
    annotations,
    annotation,
    root,
    root_path,
    process,
    env,
    env_item,
    args,
    args_item,
    vm,
    count
};

Place place_of_section(std::string_view key) {
    if (key == "annotations") return Place::annotations;
    if (key == "root") return Place::root;
    if (key == "process") return Place::process;
    if (key == "vm") return Place::vm;
    return Place::elsewhere;
}

Place place_of_member(Place section, std::string_view key) {
    if (section == Place::document) return place_of_section(key);
    if (section == Place::annotations) return Place::annotation;
    if (section == Place::root && key == "path") return Place::root_path;
    if (section == Place::process && key == "env") return Place::env;
    if (section == Place::process && key == "args") return Place::args;
    return Place::elsewhere;
}

Place place_of_item(Place list) {
    if (list == Place::env) return Place::env_item;
    return list == Place::args ? Place::args_item : Place::elsewhere;
}

// Takes the parser's events as they come and keeps the few that matter: no document is built.
class Glancer : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Glancer> {
  public:
    std::optional<Spec> take() {
        if (doubtful_) return std::nullopt;
        return std::move(spec_);
    }

    // A number or a truth value.
    bool Default() { return unexpected(); }
    bool Null() { return at_ == Place::annotation || is_item(at_) ? unexpected() : !top(); }

    bool String(const char* bytes, rapidjson::SizeType length, bool) {
        const std::string_view value(bytes, length);
        if (value.find('\0') != std::string_view::npos) unexpected();
        switch (at_) {
            case Place::annotation:
                if (!spec_.annotations.emplace(key_, value).second) unexpected();
                return true;
            case Place::root_path:
                spec_.root_path = value;
                return true;
            case Place::env_item:
                spec_.process->env.emplace_back(value);
                return true;
            case Place::args_item:
                if (spec_.process->args.empty()) spec_.process->args.emplace_back(value);
                return true;
            default:
                return unexpected();
        }
    }

    bool Key(const char* bytes, rapidjson::SizeType length, bool) {
        const std::string_view key(bytes, length);
        at_ = place_of_member(around(), key);
        if (at_ == Place::annotation) {
            key_ = key;
            if (key.empty() || key.find('\0') != std::string_view::npos) unexpected();
        } else if (at_ != Place::elsewhere) {
            // Twice the same section: two readers could take it for different things.
            if (seen_.test(static_cast<std::size_t>(at_))) unexpected();
            seen_.set(static_cast<std::size_t>(at_));
        }
        return true;
    }

    bool StartObject() {
        const bool section = top() || at_ == Place::annotations || at_ == Place::root ||
                             at_ == Place::process || at_ == Place::vm;
        if (!section) unexpected();
        if (at_ == Place::process && !spec_.process) spec_.process.emplace();
        if (at_ == Place::vm) spec_.vm.emplace();
        return open(section ? at_ : Place::elsewhere);
    }
    bool EndObject(rapidjson::SizeType) { return close(); }

    bool StartArray() {
        if (top()) return false;
        const bool list = at_ == Place::env || at_ == Place::args;
        if (!list) unexpected();
        return open(list ? at_ : Place::elsewhere);
    }
    bool EndArray(rapidjson::SizeType) { return close(); }

  private:
    bool top() const { return depth_ == 0; }
    static bool is_item(Place place) {
        return place == Place::env_item || place == Place::args_item;
    }
    // What the value that comes next is a part of.
    Place around() const {
        return depth_ > 0 && depth_ <= open_.size() ? open_[depth_ - 1] : Place::elsewhere;
    }

    // A value of a kind that does not belong there. False, which ends the parsing, where all must
    // be an object.
    bool unexpected() {
        // Even one that makes no sense asks for a partition.
        if (at_ == Place::vm) spec_.vm.emplace();
        if (at_ != Place::vm && at_ != Place::elsewhere) doubtful_ = true;
        return !top();
    }

    bool open(Place place) {
        if (depth_ < open_.size()) open_[depth_] = place;
        at_ = place_of_item(place);
        return ++depth_ <= json::Limits().depth;
    }
    bool close() {
        --depth_;
        at_ = place_of_item(around());
        return true;
    }

    Spec spec_;
    bool doubtful_ = false;
    Place at_ = Place::document;
    std::array<Place, 3> open_{};
    unsigned depth_ = 0;
    std::string key_;
    std::bitset<static_cast<std::size_t>(Place::count)> seen_;
};

}  // namespace

std::optional<Spec> glance_spec(const std::string& text) {
    Glancer glancer;
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    const bool read = !reader.Parse<json::parse_flags>(stream, glancer).IsError();
    // RapidJSON takes a NUL byte for the end of the text.
    if (!read || stream.Tell() < text.size()) return std::nullopt;
    return glancer.take();
}

}  // namespace phi::oci
