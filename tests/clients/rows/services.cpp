// SPDX-License-Identifier: Apache-2.0
// Docker's secrets and configs, which only its services can have: a swarm of one node, reached by
// nobody. Services take Docker's default runtime, so that stock runc has no part in this.
#include "core/base/text.hpp"
#include "images.hpp"
#include "rows.hpp"
#include "stage.hpp"

namespace phi::test {

namespace {

class Swarm {
  public:
    explicit Swarm(const Client& client) : client_(client) {
        docker({"swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1"});
    }
    Swarm(const Swarm&) = delete;
    Swarm& operator=(const Swarm&) = delete;
    // With all that was made in it.
    ~Swarm() { client_.call({"swarm", "leave", "--force"}); }

    Result docker(const std::vector<std::string>& words, const std::string& input = "") const {
        Result done = client_.call(words, input);
        expect(done.status == 0, words[0] + " " + words[1], done);
        return done;
    }
    // The only task of a service: "Complete 3 seconds ago".
    std::string task(const std::string& service) const {
        return docker({"service", "ps", "--format", "{{.CurrentState}} {{.Error}}", service}).out;
    }

  private:
    const Client& client_;
};

void secret_and_config(Stage& stage) {
    const Swarm swarm(stage.client);
    swarm.docker({"secret", "create", "word", "-"}, "hush");
    swarm.docker({"config", "create", "setting", "-"}, "colour=blue\n");
    std::vector<std::string> words{"service",
                                   "create",
                                   "--quiet",
                                   "--detach",
                                   "--name",
                                   "reader",
                                   "--restart-condition",
                                   "none",
                                   "--no-resolve-image",
                                   "--secret",
                                   "word",
                                   "--config",
                                   "source=setting,target=/etc/setting"};
    if (stage.is(guest)) words.insert(words.end(), {"--env", "LINUX=1"});
    words.insert(words.end(),
                 {box_image, "sh", "-c",
                  "cat /run/secrets/word /etc/setting; echo x > /run/secrets/word; exit 0"});
    swarm.docker(words);
    std::string state;
    const bool ended = eventually([&] {
        state = swarm.task("reader");
        return state.starts_with("Complete") || state.starts_with("Failed") ||
               state.starts_with("Rejected");
    });
    expect(ended && state.starts_with("Complete"), "a service that ends", state);
    const Result logs = swarm.docker({"service", "logs", "--raw", "reader"});
    expect(contains(logs.out, "hushcolour=blue\n"), "the secret and the config", logs);
    expect(contains(logs.out + logs.err, "Read-only file system"), "that they stay as they are",
           logs);
}

}  // namespace

std::vector<Row> service_rows() {
    return {{"a service's --secret and --config", docker, forwarded | guest, secret_and_config}};
}

}  // namespace phi::test
