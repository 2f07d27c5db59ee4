/* What can be done about complaints and with the figures of a month. */
#include "canteen/complaints/complaints.h"

static const struct action actions[] = {{.name = NULL}};

const struct subject canteen_complaints_subject = {.name = "canteen/complaints", .actions = actions};
