// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/tree_text.hpp"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace jailhouse_test {

namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

class Reader {
  public:
    explicit Reader(const std::string& text) : text_(text) {}

    void tree(const fs::path& folder) {
        const std::size_t root = text_.find("/ {");
        if (root == text_.npos) throw std::runtime_error("no root node");
        at_ = root + 3;
        node(folder);
    }

  private:
    void skip_space() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0)
            ++at_;
    }
    bool next_is(char letter) {
        skip_space();
        if (at_ >= text_.size()) throw std::runtime_error("the tree ends too early");
        if (text_[at_] != letter) return false;
        ++at_;
        return true;
    }
    std::string until(const char* stops) {
        skip_space();
        const std::size_t end = text_.find_first_of(stops, at_);
        if (end == text_.npos) throw std::runtime_error("the tree ends too early");
        const std::string out = text_.substr(at_, end - at_);
        at_ = end;
        return out;
    }

    void node(const fs::path& folder) {
        fs::create_directories(folder);
        const std::string name = folder.filename();
        write(folder / "name", name.substr(0, name.find('@')) + '\0');
        while (!next_is('}')) {
            const std::string item = until(" ={;");
            if (next_is('{')) {
                node(folder / item);
            } else {
                write(folder / item, next_is('=') ? value() : std::string());
                if (!next_is(';')) throw std::runtime_error(item + ": no ; behind it");
            }
        }
        if (!next_is(';')) throw std::runtime_error(name + ": no ; behind it");
    }

    std::string value() {
        std::string out;
        do {
            if (next_is('"')) {
                out += quoted();
            } else if (next_is('<')) {
                numbers(out, 4, ">");
            } else if (next_is('[')) {
                numbers(out, 1, "]");
            } else {
                throw std::runtime_error("no value: " + text_.substr(at_, 20));
            }
        } while (next_is(','));
        return out;
    }

    std::string quoted() {
        std::string out;
        for (; text_.at(at_) != '"'; ++at_) {
            const bool zero = text_.compare(at_, 2, "\\0") == 0;
            out += zero ? '\0' : text_[at_];
            at_ += zero ? 1 : 0;
        }
        ++at_;
        return out + '\0';
    }

    void numbers(std::string& out, unsigned bytes, const char* end) {
        std::istringstream words(until(end));
        ++at_;
        for (std::string word; words >> word;) {
            const unsigned long number = std::stoul(word, nullptr, bytes == 1 ? 16 : 0);
            for (unsigned i = bytes; i-- > 0;) out += static_cast<char>(number >> (8 * i));
        }
    }

    const std::string& text_;
    std::size_t at_ = 0;
};

}  // namespace

void write_tree(const std::string& source, const std::string& folder) {
    Reader(source).tree(folder);
}

void write_files(const std::string& text, const std::string& folder) {
    std::istringstream lines(text);
    std::string path, content;
    const auto finish = [&] {
        if (path.empty()) return;
        if (content.rfind("-> ", 0) == 0) {
            fs::create_directories(fs::path(folder + path).parent_path());
            fs::create_symlink(content.substr(3, content.size() - 4), folder + path);
        } else {
            write(folder + path, content);
        }
        content.clear();
    };
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("== ", 0) == 0) {
            finish();
            path = line.substr(3);
        } else if (!path.empty()) {
            content += line + '\n';
        }
    }
    finish();
}

}  // namespace jailhouse_test
