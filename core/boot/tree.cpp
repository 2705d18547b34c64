// SPDX-License-Identifier: Apache-2.0
#include "core/boot/tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <deque>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/resolve.hpp"

namespace phi::boot {

namespace {

constexpr unsigned max_links = 40;  // as the kernel

// One directory on the way down.
struct Step {
    std::string name;
    UniqueFd own;  // what `fd` is, unless a layer or the root file system owns it
    int fd = -1;   // -1: nothing is below but layers
    const Node* node = nullptr;
    bool behind_mount = false;
};

// What it will be in the guest: only mode and owner. A mode of 0: nothing is there.
Place attributes_of(const Step& step) {
    Place place;
    struct stat status {};
    const Layer* layer = step.node == nullptr ? nullptr : &step.node->layer;
    if (step.fd >= 0 && ::fstatat(step.fd, "", &status, AT_EMPTY_PATH) == 0) {
        place.mode = status.st_mode;
        place.uid = status.st_uid;
        place.gid = status.st_gid;
    } else if (layer != nullptr) {
        place.mode = S_IFDIR | 0755;
    }
    if (layer != nullptr && layer->mode != 0 && !layer->fd) {
        place.mode = layer->mode;
        place.uid = layer->uid;
        place.gid = layer->gid;
    }
    return place;
}

// Follows a path through the root file system and the layers over it.
class Walk {
  public:
    // `who` may be denied the way; nullptr: nobody in particular.
    Walk(const Rootfs& rootfs, const Node& top, const std::string& path, std::string what,
         const Credentials* who)
        : what_(std::move(what)), who_(who) {
        steps_.push_back({"", UniqueFd(), rootfs.fd(), &top});
        enqueue(path);
    }

    Place run() {
        while (!queue_.empty()) {
            const std::string name = std::move(queue_.front());
            queue_.pop_front();
            check_search(steps_.back());
            if (name == "..") {
                if (steps_.size() > 1) steps_.pop_back();
            } else {
                enter(name);
            }
        }
        return result();
    }

  private:
    void enqueue(const std::string& path) {
        const auto parts = split(path, '/');
        for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
            if (!part->empty() && *part != ".") queue_.emplace_front(*part);
        }
    }

    [[noreturn]] void fail(int number) const { throw os_error(what_, number); }

    void check_search(const Step& here) const {
        if (who_ == nullptr) return;
        const Place place = attributes_of(here);
        if (place.exists() && !who_->may_search(place.mode, place.uid, place.gid)) fail(EACCES);
    }

    void enter(const std::string& name) {
        Step& here = steps_.back();
        const Node* node = here.node == nullptr ? nullptr : here.node->child(name);
        if (node != nullptr && node->layer.kind != Layer::Kind::none)
            return enter_layer(name, *node);
        struct stat status {};
        if (here.fd < 0 || ::fstatat(here.fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            if (here.fd >= 0 && errno == ENAMETOOLONG) fail(ENAMETOOLONG);
            steps_.push_back({name, UniqueFd(), -1, node, here.behind_mount});
            return;
        }
        if (S_ISLNK(status.st_mode)) return follow(name);
        if (!S_ISDIR(status.st_mode)) return end_at(name, status);
        UniqueFd dir = open_entry(here.fd, name, O_PATH | O_DIRECTORY);
        if (!dir && errno != EXDEV) fail(errno);
        const int fd = dir.get();
        steps_.push_back({name, std::move(dir), fd, node, fd < 0});
    }

    void enter_layer(const std::string& name, const Node& node) {
        const Layer& layer = node.layer;
        struct stat status {};
        status.st_mode = layer.mode;
        status.st_uid = layer.uid;
        status.st_gid = layer.gid;
        if (layer.fd && ::fstat(layer.fd.get(), &status) != 0) fail(errno);
        if (!S_ISDIR(status.st_mode)) return end_at(name, status);
        steps_.push_back({name, UniqueFd(), layer.fd.get(), &node});
    }

    void follow(const std::string& name) {
        if (++links_ > max_links) fail(ELOOP);
        const std::string target = read_link(steps_.back().fd, name.c_str());
        if (target.starts_with('/')) steps_.resize(1);
        enqueue(target);
    }

    void end_at(const std::string& name, const struct stat& status) {
        if (!queue_.empty()) fail(ENOTDIR);
        last_name_ = name;
        last_.mode = status.st_mode;
        last_.uid = status.st_uid;
        last_.gid = status.st_gid;
    }

    Place result() const {
        Place place = last_.exists() ? last_ : attributes_of(steps_.back());
        place.behind_mount = steps_.back().behind_mount;
        for (std::size_t i = 1; i < steps_.size(); ++i) place.path.push_back(steps_[i].name);
        if (last_.exists()) place.path.push_back(last_name_);
        return place;
    }

    std::string what_;
    const Credentials* who_;
    std::vector<Step> steps_;
    std::deque<std::string> queue_;
    unsigned links_ = 0;
    std::string last_name_;
    Place last_;  // exists: the path ends at something that is no directory
};

}  // namespace

const Node* Node::child(std::string_view name) const {
    const auto found = children.find(name);
    return found == children.end() ? nullptr : found->second.get();
}

bool Place::is_directory() const {
    return S_ISDIR(mode);
}

std::string Place::text() const {
    return "/" + join(path, "/");
}

bool Place::is_below(const Place& other) const {
    return path.size() > other.path.size() &&
           std::equal(other.path.begin(), other.path.end(), path.begin());
}

Place Tree::resolve(const std::string& path) const {
    return Walk(rootfs_, top_, path, quoted(path), nullptr).run();
}

Place Tree::look_up(const std::string& path, const Credentials& who,
                    const std::string& what) const {
    return Walk(rootfs_, top_, path, what, &who).run();
}

Node& Tree::node_at(const Place& place) {
    Node* node = &top_;
    for (const auto& name : place.path) {
        auto& next = node->children[name];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    return *node;
}

void Tree::lay(const Place& place, Layer layer) {
    Node& node = node_at(place);
    node.layer = std::move(layer);
    node.children.clear();
}

void Tree::keep_directory(const Place& place, mode_t mode, std::uint32_t uid, std::uint32_t gid) {
    Layer& layer = node_at(place).layer;
    layer.mode = mode;
    layer.uid = uid;
    layer.gid = gid;
}

std::string read_link(int dir_fd, const char* name) {
    std::array<char, PATH_MAX + 1> target;
    const ssize_t n = ::readlinkat(dir_fd, name, target.data(), target.size());
    if (n < 0) throw os_error("readlink " + quoted(name));
    return std::string(target.data(), static_cast<std::size_t>(n));
}

}  // namespace phi::boot
