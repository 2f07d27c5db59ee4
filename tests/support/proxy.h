/* Stands between the program and the PostgreSQL server of the tests, and cuts the connection at the worst moment: when
 * COMMIT has reached the server and been answered, but the answer has not come back. */
#ifndef MAILLON_TESTS_PROXY_H
#define MAILLON_TESTS_PROXY_H

struct proxy;

/* folder: where its socket is made. to_folder: of the server's socket. Ends the test when it cannot. */
struct proxy *proxy_start(const char *folder, const char *to_folder);
/* The next COMMIT: with answered it is carried out and its answer lost; without it never reaches the server. */
void proxy_cut_commit(struct proxy *proxy, int answered);
void proxy_refuse(struct proxy *proxy, int refuse); /* from the next cut on nobody gets through */
int proxy_cuts(struct proxy *proxy); /* how often it cut */
void proxy_stop(struct proxy *proxy);

#endif
