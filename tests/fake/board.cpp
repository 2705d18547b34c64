// SPDX-License-Identifier: Apache-2.0
#include "fake/board.hpp"

namespace fake {

std::string default_board() {
    return R"({
  "format": "runphi.board/1",
  "name": "fake board",
  "cpus": {"ids": "0-7", "exclusive": true},
  "memory": {
    "pools": [{"name": "ram", "base": 1073741824, "size": 1073741824}],
    "alignment": 4096,
    "minimum": 1048576
  },
  "devices": [
    {"name": "uart0", "path": "/pl011@9000000", "iomem": [{"base": 150994944, "size": 4096}], "irqs": [33]},
    {"name": "uart1", "path": "/pl011@9001000", "iomem": [{"base": 150999040, "size": 4096}], "irqs": [34]}
  ],
  "irqs": [40, 41],
  "channels": [{"name": "shm0", "size": 1048576, "peers": 2}],
  "limits": {"name_max": 63}
}
)";
}

}  // namespace fake
