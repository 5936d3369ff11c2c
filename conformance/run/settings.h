/* settings.h — what packetdrill's options come to for one run: addresses, ports, tolerances.
 *
 * Order of precedence: the defaults of the mode, then the script's own "--name=value" lines, then the whole command
 * line again. Options that mean nothing to a target (wire modes, memory; the speed of a device in virtual time) are
 * accepted and change nothing. */
#ifndef CF_RUN_SETTINGS_H
#define CF_RUN_SETTINGS_H

#include "../packet/packet.h"
#include "../script/ast.h"

typedef struct cf_settings {
    cf_ip_mode mode;
    cf_addr local, remote, gateway;
    uint8_t local_prefix, remote_prefix;
    uint16_t bind_port, connect_port;
    int64_t tolerance_us;
    double tolerance_percent;
    uint32_t mtu, ts_tick_us, gso_mss; /* gso_mss: 0, or injected packets pose as aggregates of such segments */
    uint32_t speed;                    /* of the device, Mbit/s; 0: as it comes */
    bool ts_ecr_scaled, strict_segments, dry_run, anyip;
    bool ts_ecr_checked; /* the echo of an outgoing timestamp has to be the one that is written */
    bool by_ports;       /* packets written with both ports are of the connection of these ports (map.h) */
    bool numbered_text;  /* what is injected follows from its numbers, and what is read is held against them (exec.h) */
    uint32_t memory_blocks, memory_records; /* of the reference stack, for text and for what is out; 0: plenty */
    bool non_fatal_packet, non_fatal_syscall;
    uint16_t psp_udp_port;
    const char *md5_secret;             /* of "md5 valid"; NULL: none */
    const char *ao_keys;                /* of "ao ... valid": see ao_keys.h; NULL: none */
    const char *init_scripts;           /* comma-separated commands, or NULL; lent by the option */
    const char *code_command;           /* "python3" */
    const char *so_filename, *so_flags; /* a library to test, and what it is told; NULL: none */
} cf_settings;

void cf_settings_defaults(cf_settings *s, cf_ip_mode mode);
/* One option; value NULL: none was given. False with packetdrill's words in why. */
bool cf_settings_apply(cf_settings *s, const char *name, const char *value, char *why, size_t why_cap);
/* "name=value" or "name". */
bool cf_settings_apply_text(cf_settings *s, const char *text, char *why, size_t why_cap);
/* When everything is applied: false, with the reason, for settings that no two hosts can have. */
bool cf_settings_check(const cf_settings *s, char *why, size_t why_cap);
/* Does "name=value" mean anything in this mode? An address of the other family does not. */
bool cf_settings_concerns(const char *text, cf_ip_mode mode);

#endif
