// SPDX-License-Identifier: Apache-2.0
#include "rows/rows.hpp"

#include "matrix.hpp"

namespace phi::test {

const std::vector<Row>& rows() {
    static const std::vector<Row> all = [] {
        std::vector<Row> found;
        for (const auto& part :
             {running_rows(), ending_rows(), watching_rows(), exec_rows(), asking_rows(),
              file_rows(), service_rows(), network_rows(), error_rows(), pod_sharing_rows(),
              pod_life_rows(), pod_watching_rows(), pod_asking_rows()}) {
            found.insert(found.end(), part.begin(), part.end());
        }
        return found;
    }();
    return all;
}

}  // namespace phi::test
