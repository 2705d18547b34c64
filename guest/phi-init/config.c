/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "config_keys.h"
#include "rlimit.h"

/* What a key's handler works on. */
struct record {
    struct phi_config* config;
    const char* key;
    char* value;
    struct phi_failure* failure;
};

static bool wrong(const struct record* r, const char* wanted) {
    return phi_fail(r->failure, PHI_STATUS_SETUP, "%s: %s: \"%.128s\": expected %s",
                    PHI_CONFIG_FILE, r->key, r->value, wanted);
}

static bool no_memory(const struct record* r) {
    return phi_fail(r->failure, PHI_STATUS_SETUP, "%s: %s: out of memory", PHI_CONFIG_FILE, r->key);
}

/* Makes room for one more element; the capacity is the next power of two. */
static bool grow(void** items, size_t count, size_t size) {
    if (count != 0 && (count & (count - 1)) != 0) return true;
    void* bigger = realloc(*items, (count == 0 ? 1 : 2 * count) * size);
    if (bigger == NULL) return false;
    *items = bigger;
    return true;
}

static bool append(const struct record* r, void* out) {
    struct phi_list* list = out;
    void* items = list->items;
    /* One element more than counted: the NULL at the end. */
    if (list->count == 0) {
        if (!grow(&items, 0, sizeof(char*))) return no_memory(r);
        list->items = items;
    }
    if (!grow(&items, list->count + 1, sizeof(char*))) return no_memory(r);
    list->items = items;
    list->items[list->count++] = r->value;
    list->items[list->count] = NULL;
    return true;
}

/* Digits of the base and nothing else. */
static bool number(const char* text, unsigned base, uint64_t highest, uint64_t* out) {
    uint64_t value = 0;
    if (*text == '\0') return false;
    for (; *text != '\0'; ++text) {
        unsigned digit;
        if (*text >= '0' && *text <= '9')
            digit = (unsigned)(*text - '0');
        else if (*text >= 'a' && *text <= 'f')
            digit = (unsigned)(*text - 'a') + 10;
        else
            return false;
        if (digit >= base || value > (UINT64_MAX - digit) / base) return false;
        value = value * base + digit;
    }
    *out = value;
    return value <= highest;
}

static bool set_id(const struct record* r, void* out) {
    uint64_t value;
    /* (uid_t)-1 means "unchanged" to the kernel. */
    if (!number(r->value, 10, UINT32_MAX - 1, &value)) return wrong(r, "an id");
    *(uint32_t*)out = (uint32_t)value;
    return true;
}

static bool set_u16(const struct record* r, void* out) {
    uint64_t value;
    if (!number(r->value, 10, UINT16_MAX, &value)) return wrong(r, "a number up to 65535");
    *(uint16_t*)out = (uint16_t)value;
    return true;
}

static bool set_bool(const struct record* r, void* out) {
    uint64_t value;
    if (!number(r->value, 10, 1, &value)) return wrong(r, "0 or 1");
    *(bool*)out = value == 1;
    return true;
}

static bool set_mask(const struct record* r, void* out) {
    if (!number(r->value, 16, UINT64_MAX, out)) return wrong(r, "a hexadecimal mask");
    return true;
}

static bool set_path(const struct record* r, void* out) {
    if (r->value[0] != '/') return wrong(r, "an absolute path");
    *(char**)out = r->value;
    return true;
}

static bool append_path(const struct record* r, void* out) {
    char* path;
    return set_path(r, &path) && append(r, out);
}

static bool set_oom(const struct record* r, void* out) {
    (void)out;
    const bool negative = r->value[0] == '-';
    uint64_t value;
    if (!number(r->value + negative, 10, 1000, &value))
        return wrong(r, "a number from -1000 to 1000");
    r->config->oom = negative ? -(int)value : (int)value;
    r->config->has_oom = true;
    return true;
}

static bool set_permissions(const struct record* r, void* out) {
    uint64_t value;
    if (!number(r->value, 8, 0777, &value)) return wrong(r, "an octal mode up to 777");
    *(uint32_t*)out = (uint32_t)value;
    return true;
}

static bool set_copy(const struct record* r, void* out) {
    enum phi_copy* copy = out;
    if (strcmp(r->value, PHI_COPY_IN) == 0)
        *copy = phi_copy_in;
    else if (strcmp(r->value, PHI_COPY_OUT) == 0)
        *copy = phi_copy_out;
    else
        return wrong(r, PHI_COPY_IN " or " PHI_COPY_OUT);
    return true;
}

static bool set_name(const struct record* r, void* out) {
    const bool dots = strcmp(r->value, ".") == 0 || strcmp(r->value, "..") == 0;
    if (r->value[0] == '\0' || dots || strchr(r->value, '/') != NULL)
        return wrong(r, "the name of a file");
    *(char**)out = r->value;
    return true;
}

static bool set_size(const struct record* r, void* out) {
    if (!number(r->value, 10, INT64_MAX, out)) return wrong(r, "a number of bytes");
    return true;
}

static bool add_group(const struct record* r, void* out) {
    (void)out;
    struct phi_config* c = r->config;
    void* groups = c->groups;
    if (!grow(&groups, c->n_groups, sizeof *c->groups)) return no_memory(r);
    c->groups = groups;
    return set_id(r, &c->groups[c->n_groups]) && ++c->n_groups;
}

static bool add_rlimit(const struct record* r, void* out) {
    (void)out;
    struct phi_config* c = r->config;
    void* rlimits = c->rlimits;
    if (!grow(&rlimits, c->n_rlimits, sizeof *c->rlimits)) return no_memory(r);
    c->rlimits = rlimits;
    struct phi_rlimit* limit = &c->rlimits[c->n_rlimits];
    char* soft = strchr(r->value, ' ');
    char* hard = soft != NULL ? strchr(soft + 1, ' ') : NULL;
    if (hard == NULL) return wrong(r, "NAME SOFT HARD");
    *soft++ = '\0';
    *hard++ = '\0';
    limit->resource = phi_rlimit_number(r->value);
    if (limit->resource < 0) return wrong(r, "the name of a resource limit");
    if (!number(soft, 10, UINT64_MAX, &limit->soft) || !number(hard, 10, UINT64_MAX, &limit->hard))
        return wrong(r, "decimal limits");
    if (limit->soft > limit->hard) return wrong(r, "a soft limit up to the hard one");
    ++c->n_rlimits;
    return true;
}

static bool add_mount(const struct record* r, void* out) {
    (void)out;
    struct phi_config* c = r->config;
    void* mounts = c->mounts;
    if (!grow(&mounts, c->n_mounts, sizeof *c->mounts)) return no_memory(r);
    c->mounts = mounts;
    char* fields[4] = {r->value, NULL, NULL, NULL};
    for (int i = 1; i < 4; ++i) {
        fields[i] = strchr(fields[i - 1], PHI_MOUNT_SEPARATOR);
        if (fields[i] == NULL) return wrong(r, "type, source, destination and options");
        *fields[i]++ = '\0';
    }
    if (fields[0][0] == '\0') return wrong(r, "a file system type");
    if (fields[2][0] != '/') return wrong(r, "an absolute destination");
    if (strchr(fields[3], PHI_MOUNT_SEPARATOR) != NULL) return wrong(r, "four fields");
    c->mounts[c->n_mounts++] = (struct phi_mount){fields[0], fields[1], fields[2], fields[3]};
    return true;
}

static bool add_sysctl(const struct record* r, void* out) {
    const char* sign = strchr(r->value, '=');
    if (sign == NULL || sign == r->value || r->value[0] == '/' || strstr(r->value, "..") != NULL)
        return wrong(r, "NAME=VALUE");
    return append(r, out);
}

static bool set_format(const struct record* r) {
    if (strcmp(r->value, PHI_FORMAT_VERSION) != 0)
        return wrong(r, "format " PHI_FORMAT_VERSION ", the one that this phi-init reads");
    return true;
}

static bool set_text(const struct record* r, void* out) {
    *(char**)out = r->value;
    return true;
}

/* Every key but `format`: how its value is read, and where it goes. */
static const struct {
    const char* key;
    bool (*set)(const struct record* r, void* out);
    size_t offset;
} keys[] = {
#define FIELD(name) offsetof(struct phi_config, name)
    {PHI_KEY_ARG, append, FIELD(args)},
    {PHI_KEY_ENV, append, FIELD(env)},
    {PHI_KEY_CWD, set_path, FIELD(cwd)},
    {PHI_KEY_UID, set_id, FIELD(uid)},
    {PHI_KEY_GID, set_id, FIELD(gid)},
    {PHI_KEY_GROUP, add_group, 0},
    {PHI_KEY_UMASK, set_permissions, FIELD(umask)},
    {PHI_KEY_NNP, set_bool, FIELD(no_new_privs)},
    {PHI_KEY_OOM, set_oom, 0},
    {PHI_KEY_RLIMIT, add_rlimit, 0},
    {PHI_KEY_CAPS, set_bool, FIELD(has_caps)},
    {PHI_KEY_CAP_BOUNDING, set_mask, FIELD(caps.bounding)},
    {PHI_KEY_CAP_EFFECTIVE, set_mask, FIELD(caps.effective)},
    {PHI_KEY_CAP_INHERITABLE, set_mask, FIELD(caps.inheritable)},
    {PHI_KEY_CAP_PERMITTED, set_mask, FIELD(caps.permitted)},
    {PHI_KEY_CAP_AMBIENT, set_mask, FIELD(caps.ambient)},
    {PHI_KEY_TERMINAL, set_bool, FIELD(terminal)},
    {PHI_KEY_ROWS, set_u16, FIELD(rows)},
    {PHI_KEY_COLS, set_u16, FIELD(cols)},
    {PHI_KEY_COPY, set_copy, FIELD(copy)},
    {PHI_KEY_COPY_NAME, set_name, FIELD(copy_name)},
    {PHI_KEY_COPY_MODE, set_permissions, FIELD(copy_mode)},
    {PHI_KEY_COPY_SIZE, set_size, FIELD(copy_size)},
    {PHI_KEY_HOSTNAME, set_text, FIELD(hostname)},
    {PHI_KEY_DOMAINNAME, set_text, FIELD(domainname)},
    {PHI_KEY_SYSCTL, add_sysctl, FIELD(sysctls)},
    {PHI_KEY_MOUNT, add_mount, 0},
    {PHI_KEY_BINDRO, append_path, FIELD(bind_ro)},
    {PHI_KEY_BINDRW, append_path, FIELD(bind_rw)},
    {PHI_KEY_READONLY, set_bool, FIELD(readonly_root)},
    {PHI_KEY_MASKED, append_path, FIELD(masked)},
    {PHI_KEY_READONLY_PATH, append_path, FIELD(readonly_paths)},
#undef FIELD
};

static bool set_key(const struct record* r) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i)
        if (strcmp(r->key, keys[i].key) == 0)
            return keys[i].set(r, (char*)r->config + keys[i].offset);
    return phi_fail(r->failure, PHI_STATUS_SETUP, "%s: unknown key \"%.128s\"", PHI_CONFIG_FILE,
                    r->key);
}

bool phi_config_parse(char* text, size_t length, struct phi_config* out,
                      struct phi_failure* failure) {
    static char root[] = "/";
    memset(out, 0, sizeof *out);
    out->cwd = root;
    out->umask = 022;
    if (length == 0 || text[length - 1] != '\0')
        return phi_fail(failure, PHI_STATUS_SETUP, "%s: empty or cut off", PHI_CONFIG_FILE);
    bool first = true;
    for (char* end = text + length; text < end; first = false) {
        char* next = text + strlen(text) + 1;
        char* sign = strchr(text, '=');
        if (sign == NULL)
            return phi_fail(failure, PHI_STATUS_SETUP, "%s: \"%.128s\": expected KEY=VALUE",
                            PHI_CONFIG_FILE, text);
        *sign = '\0';
        const struct record r = {out, text, sign + 1, failure};
        if (first != (strcmp(text, PHI_KEY_FORMAT) == 0))
            return phi_fail(failure, PHI_STATUS_SETUP, "%s: \"%s\" must be the first key, and once",
                            PHI_CONFIG_FILE, PHI_KEY_FORMAT);
        if (!(first ? set_format(&r) : set_key(&r))) return false;
        text = next;
    }
    if (out->args.count == 0 || out->args.items[0][0] == '\0')
        return phi_fail(failure, PHI_STATUS_SETUP, "%s: no program to run", PHI_CONFIG_FILE);
    if (out->copy != phi_copy_none && out->args.items[0][0] != '/')
        return phi_fail(failure, PHI_STATUS_SETUP, "%s: \"%.128s\": expected an absolute path",
                        PHI_CONFIG_FILE, out->args.items[0]);
    return true;
}

void phi_config_free(struct phi_config* config) {
    struct phi_list* lists[] = {&config->args,          &config->env,     &config->sysctls,
                                &config->bind_ro,       &config->bind_rw, &config->masked,
                                &config->readonly_paths};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) free(lists[i]->items);
    free(config->groups);
    free(config->rlimits);
    free(config->mounts);
    memset(config, 0, sizeof *config);
}
