/* The rooms of the house, in the order in which their schemas build on each other. */
#include "canteen/canteen.h"
#include "canteen/forms/forms.h"
#include "canteen/complaints/complaints.h"
#include "canteen/rounds/rounds.h"
#include "canteen/settlement/settlement.h"
#include "canteen/standing/standing.h"
#include "canteen/supply/supply.h"
#include "cli/cli.h"
#include "documents/documents.h"
#include "establishments/establishments.h"
#include "groupings/groupings.h"
#include "law/law.h"
#include "ledger/ledger.h"
#include "members/members.h"
#include "openbooks/openbooks.h"
#include "people/people.h"
#include "surplus/surplus.h"
#include "tenders/tenders.h"
#include "users/users.h"

const struct subject *const cli_subjects[] = {
    &law_subject,
    &documents_subject,
    &users_subject,
    &members_subject,
    &tenders_subject,
    &establishments_subject,
    &people_subject,
    &ledger_subject,
    &canteen_subject,
    &canteen_forms_subject,
    &standing_subject,
    &canteen_supply_subject,
    &canteen_rounds_subject,
    &canteen_settlement_subject,
    &canteen_complaints_subject,
    &groupings_subject,
    &surplus_subject,
    &openbooks_subject,
    NULL,
};
