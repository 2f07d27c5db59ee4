#include "solver.h"

enum grouping_error grouping_explain(const struct grouping_instance *instance, const struct grouping_options *options,
                                     struct grouping_result *result)
{
    (void)instance;
    (void)options;
    (void)result;
    return GROUPING_OK;
}
