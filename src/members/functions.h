/* The functions that an organisation can offer: data/functions.csv without the sovereign three. */
#ifndef MAILLON_MEMBERS_FUNCTIONS_H
#define MAILLON_MEMBERS_FUNCTIONS_H

struct arena;
struct error;

/* For declarations; a test compares it with the file. */
#define MEMBER_FUNCTIONS                                                                                      \
    "canteen.picking|canteen.delivery|catering.meals|catering.hygiene|laundry.washing|cleaning.premises|"     \
    "upkeep.technical|upkeep.green|training.vocational|training.basic|culture.workshops|work.assembly|"       \
    "reintegration.support|transport.goods|waste.sorting|family.reception|health.prevention|it.support"

/* The three of the State: taken so that the refusal can name its article, never offered as a choice. */
#define MEMBER_SOVEREIGN "||sovereign.direction|sovereign.surveillance|sovereign.registry"

/* Unit in which a function is priced, in French as contracts are. ERR_INVALID on field "function" when the code is not
 * known; ERR_REFUSED, naming the article, when the function is sovereign. */
int function_unit(struct arena *arena, const char *language, const char *code, const char **ret_unit, struct error *error);

#endif
