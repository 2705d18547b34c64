// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/guest_config.hpp"
#include "core/command/guest.hpp"
#include "core/command/vanilla.hpp"
#include "core/container/store.hpp"
#include "core/fs/file.hpp"
#include "core/monitor/exec_session.hpp"
#include "core/oci/id.hpp"

namespace phi::command {

namespace {

using container::Status;
using monitor::ExecSession;

constexpr off_t most_words = 4096;
constexpr unsigned permissions = 0777;  // a guest must not make a set-uid file of the host's

// One end of the copy: "ID:PATH", or a path here, which has a slash before any colon.
struct End {
    std::string id;  // empty: here
    std::string path;
};

End parse_end(const std::string& word) {
    const auto colon = word.find(':');
    if (colon == std::string::npos || colon == 0 || word.find('/') < colon) return {"", word};
    std::string path = word.substr(colon + 1);
    if (!path.starts_with('/')) path.insert(0, 1, '/');
    return {word.substr(0, colon), std::move(path)};
}

std::string base_name(const std::string& path) {
    std::string name = path.substr(path.rfind('/') + 1);
    if (name.empty() || name == "." || name == "..") {
        throw Error(Code::invalid, quoted(path) + " is not the name of a file");
    }
    return name;
}

// What the copying process in the guest says on its stderr: a line, whatever it tries.
class Words {
  public:
    Words() : fd_(::memfd_create("runphi-cp", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
        if (!fd_ || ::ftruncate(fd_.get(), most_words) != 0 ||
            ::fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_GROW) != 0) {
            throw os_error("memfd_create");
        }
    }
    int fd() const { return fd_.get(); }
    std::string text() const {
        const std::string all = read_fd(fd_.get(), "the guest's words");
        return all.substr(0, all.find('\0'));
    }

  private:
    UniqueFd fd_;
};

constexpr std::string_view part_prefix = ".runphi-cp-";

// Nobody holds the lock of a file that is still in place: its copy was killed before it could
// rename it. What cannot be removed is no reason to fail.
void remove_if_left(int folder, const char* name) {
    const UniqueFd fd(
        ::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat locked {};
    struct stat named {};
    if (!fd || ::fstat(fd.get(), &locked) != 0 || !S_ISREG(locked.st_mode)) return;
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return;
    if (::fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (named.st_dev == locked.st_dev && named.st_ino == locked.st_ino) ::unlinkat(folder, name, 0);
}

void clear_leftovers(const std::string& folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), &::closedir);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        if (std::string_view(entry->d_name).starts_with(part_prefix)) {
            remove_if_left(::dirfd(dir.get()), entry->d_name);
        }
    }
}

// A file without a name until it is whole: whatever ends us before, nothing is left of it.
class NewFile {
  public:
    explicit NewFile(std::string path) : path_(std::move(path)) {
        const auto slash = path_.rfind('/');
        folder_ = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
        fd_ = UniqueFd(::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        if (!fd_ && errno == EOPNOTSUPP) {
            throw Error(Code::unsupported,
                        "create " + path_ + ": its file system has no files without a name",
                        "copy to another one first, /tmp or /run");
        }
        if (!fd_) throw os_error("create " + path_);
    }
    int fd() const { return fd_.get(); }
    std::uint64_t size() const {
        struct stat status {};
        if (::fstat(fd_.get(), &status) != 0) throw os_error("stat " + path_);
        return static_cast<std::uint64_t>(status.st_size);
    }
    void appear(unsigned mode) const {
        if (::fchmod(fd_.get(), mode) != 0) throw os_error("chmod " + path_);
        if (link_to(path_)) return;
        if (errno != EEXIST) throw os_error("create " + path_);
        // Only a file with a name can replace another one. Whoever is killed while it has this one
        // leaves it to the next copy, which knows by the lock that nobody needs it.
        if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0) throw os_error("lock " + path_);
        clear_leftovers(folder_);
        const std::string part = text(folder_, '/', part_prefix, ::getpid());
        if (!link_to(part)) throw os_error("create " + path_);
        if (::rename(part.c_str(), path_.c_str()) == 0) return;
        const int number = errno;
        ::unlink(part.c_str());
        throw os_error("replace " + path_, number);
    }

  private:
    bool link_to(const std::string& path) const {
        const std::string self = text("/proc/self/fd/", fd_.get());
        return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
    }

    std::string path_, folder_;
    UniqueFd fd_;
};

// A container whose guest is asked for one copy.
class Guest {
  public:
    Guest(const Global& global, const End& end) : shown_(end.id + ":" + end.path) {
        oci::check_id(end.id);
        if (vanilla_has(global.root, end.id)) {
            throw Error(Code::unsupported,
                        quoted(end.id) + " is an ordinary container, whose files are on the host",
                        "copy with its engine");
        }
        const container::Container container =
            container::Store(global.settings, global.root).open(end.id);
        const Status status = container.status(global.settings);
        if (status == Status::paused)
            throw Error(Code::invalid, "cannot copy with a paused container");
        check_has_guest(status, "copy with");
        control_ = monitor::connect_control(container.dir_fd.get());
    }

    // Returns what it says when it has succeeded. Nobody takes our signals from us: they end us,
    // and then the guest clears away what there is of the copy.
    std::string run(const boot::GuestCopy& copy, int in, int out) {
        const Words words;
        ExecSession session(std::move(control_), boot::guest_copy(copy), {in, out, words.fd(), -1},
                            UniqueFd());
        session.await_start(Deadline::in(guest_start_limit));
        const int status = session.await_end();
        std::string said = words.text();
        if (status == 0) return said;
        if (said.empty()) said = text("the copying process in the guest ended with ", status);
        throw Error(Code::invalid, text(shown_, ": ", printable(said)));
    }
    Error broken(const std::string& why) const {
        return Error(Code::hypervisor, text(shown_, ": ", why));
    }

  private:
    static std::string printable(const std::string& said) {
        const std::string in_quotes = quoted(said, most_words);
        return in_quotes.substr(1, in_quotes.size() - 2);
    }

    std::string shown_;
    UniqueFd control_;
};

struct Told {
    unsigned mode = 0;
    std::uint64_t size = 0;
};

// "644 1234\n"
std::optional<Told> parse_told(std::string_view line) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos || space == 0 || space > 4 || !line.ends_with('\n'))
        return std::nullopt;
    Told told;
    for (const char digit : line.substr(0, space)) {
        if (digit < '0' || digit > '7') return std::nullopt;
        told.mode = told.mode * 8 + static_cast<unsigned>(digit - '0');
    }
    const auto size = parse_u64(line.substr(space + 1, line.size() - space - 2));
    if (!size) return std::nullopt;
    told.size = *size;
    return told;
}

// Where the file is to be: in a directory under its own name, and behind a link where that leads. A
// device or a pipe is no place: it would be replaced, not written to.
std::string find_place(std::string path, const std::string& name) {
    struct stat status {};
    bool there = ::stat(path.c_str(), &status) == 0;
    if (there && S_ISDIR(status.st_mode)) {
        path += "/" + name;
        there = ::stat(path.c_str(), &status) == 0;
    }
    if (!there) return path;
    if (!S_ISREG(status.st_mode)) {
        throw Error(Code::invalid, path + " is not a regular file",
                    "- is the standard output, which can be sent anywhere");
    }
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), ::free);
    if (!real) throw os_error("resolve " + path);
    return real.get();
}

int copy_out(const Global& global, const End& from, const std::string& to) {
    const std::string name = base_name(from.path);
    Guest guest(global, from);
    boot::GuestCopy copy;
    copy.path = from.path;
    const auto broken = [&] { return guest.broken("the guest does not tell what it has sent"); };
    if (to == "-") {
        if (!parse_told(guest.run(copy, -1, STDOUT_FILENO))) throw broken();
        return 0;
    }
    const NewFile file(find_place(to, name));
    const auto told = parse_told(guest.run(copy, -1, file.fd()));
    if (!told) throw broken();
    if (file.size() != told->size) {
        throw guest.broken(text("the guest has sent ", told->size, " bytes, and ", file.size(),
                                " of them could be written to ", to));
    }
    file.appear(told->mode & permissions);
    return 0;
}

int copy_in(const Global& global, const std::string& from, const End& to) {
    boot::GuestCopy copy;
    copy.in = true;
    copy.path = to.path;
    copy.name = base_name(from);
    const UniqueFd file(::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) throw os_error("open " + from);
    if (!S_ISREG(status.st_mode)) {
        throw Error(Code::invalid, from + " is not a regular file",
                    "copy more than one with: runphi exec ID tar");
    }
    copy.mode = status.st_mode & permissions;
    copy.size = static_cast<std::uint64_t>(status.st_size);
    const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    Guest(global, to).run(copy, file.get(), nowhere.get());
    return 0;
}

}  // namespace

int copy(const Global& global, const Copy& options) {
    const End from = parse_end(options.from);
    const End to = parse_end(options.to);
    if (from.id.empty() == to.id.empty()) {
        throw Error(Code::invalid, text(quoted(options.from), " to ", quoted(options.to),
                                        ": expected one path in a guest, ID:PATH, and one here"));
    }
    return to.id.empty() ? copy_out(global, from, to.path) : copy_in(global, from.path, to);
}

}  // namespace phi::command
