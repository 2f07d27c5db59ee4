/* A VFS under SQLite that fails when told to: the n-th write, sync or truncation from now on. Register it before the
 * first store is opened; all databases of the program then go through it. */
#ifndef MAILLON_TESTS_FAULT_VFS_H
#define MAILLON_TESTS_FAULT_VFS_H

enum fault_kind {
    FAULT_NONE,
    FAULT_WRITE, /* I/O error */
    FAULT_SYNC,
    FAULT_FULL,  /* the disk is full */
    FAULT_SHORT, /* half of the bytes are written, then an I/O error */
};

void fault_register(void);
/* The n-th operation of that kind from now on fails, n from 1; with lasting set all later ones fail too. */
void fault_arm(enum fault_kind kind, int n, int lasting);
int fault_hits(void); /* how often it failed since fault_arm; then it is disarmed */
void fault_slow_sync(int milliseconds); /* every sync takes that much longer */
int fault_count(enum fault_kind kind);  /* operations of that kind since fault_arm */

/* Power cut: the n-th write or sync from now on and everything after it fails, as if the machine were gone. Close the
 * stores, then let the power come back: of what was written and not synced since fault_power_cut, a part chosen by
 * `seed` (0: all of it) is lost, and what lived in memory alone too. Files are opened after fault_register. */
void fault_power_cut(int n);
int fault_power_is_off(void);
void fault_power_back(unsigned seed);

#endif
