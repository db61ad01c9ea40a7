// What Swift cannot say itself: `bson_t` is over-aligned, so it stays in here, and documents go in and out as bytes.
#pragma once

#include <mongoc/mongoc.h>

// How a command ended. All zero: the server answered it with ok.
typedef struct {
    uint32_t domain;
    uint32_t code;
} cmongoc_error;

// Before anything else, once. What libmongoc would write to standard error is for its own developers.
static inline void cmongoc_start(void) {
    mongoc_log_set_handler(NULL, NULL);
    mongoc_init();
}

// The database that the URI names, "" if it names none, or NULL if it is not one. The caller frees it with bson_free.
static inline char *cmongoc_uri_database(const char *text) {
    mongoc_uri_t *uri = mongoc_uri_new_with_error(text, NULL);
    if (!uri) return NULL;
    const char *name = mongoc_uri_get_database(uri);
    char *copy = bson_strdup(name ? name : "");
    mongoc_uri_destroy(uri);
    return copy;
}

// A pool for that URI, or NULL if it is not one. Acknowledged means: on the disks of a majority. Read means: from there.
static inline mongoc_client_pool_t *cmongoc_pool_new(const char *text, uint32_t size, int32_t patience_ms) {
    bson_error_t error;
    mongoc_uri_t *uri = mongoc_uri_new_with_error(text, &error);
    if (!uri) return NULL;
    mongoc_write_concern_t *write_concern = mongoc_write_concern_new();
    mongoc_write_concern_set_w(write_concern, MONGOC_WRITE_CONCERN_W_MAJORITY);
    mongoc_write_concern_set_journal(write_concern, true);
    mongoc_uri_set_write_concern(uri, write_concern);
    mongoc_write_concern_destroy(write_concern);
    mongoc_read_concern_t *read_concern = mongoc_read_concern_new();
    mongoc_read_concern_set_level(read_concern, MONGOC_READ_CONCERN_LEVEL_MAJORITY);
    mongoc_uri_set_read_concern(uri, read_concern);
    mongoc_read_concern_destroy(read_concern);
    mongoc_read_prefs_t *primary = mongoc_read_prefs_new(MONGOC_READ_PRIMARY);
    mongoc_uri_set_read_prefs_t(uri, primary);
    mongoc_read_prefs_destroy(primary);
    mongoc_uri_set_option_as_bool(uri, MONGOC_URI_RETRYREADS, true);
    mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, patience_ms);
    mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SOCKETTIMEOUTMS, patience_ms);
    mongoc_client_pool_t *pool = mongoc_client_pool_new_with_error(uri, &error);
    mongoc_uri_destroy(uri);
    if (!pool) return NULL;
    mongoc_client_pool_max_size(pool, size);
    mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
    return pool;
}

// Runs one command and waits for the reply, which the caller frees with bson_free. A read that fails
// is tried again once; a write is not, whatever the URI says (libmongoc 1.23, seen with a stand-in).
static inline uint8_t *cmongoc_run(
    mongoc_client_pool_t *pool, const char *database, const uint8_t *command, size_t length, bool writes,
    uint32_t *reply_length, cmongoc_error *outcome
) {
    bson_t request, reply;
    bson_error_t error = {0};
    *reply_length = 0;
    if (!bson_init_static(&request, command, length)) {
        outcome->domain = MONGOC_ERROR_BSON;
        outcome->code = MONGOC_ERROR_BSON_INVALID;
        return NULL;
    }
    mongoc_client_t *client = mongoc_client_pool_pop(pool);
    bool succeeded = writes
        ? mongoc_client_write_command_with_opts(client, database, &request, NULL, &reply, &error)
        : mongoc_client_read_command_with_opts(client, database, &request, NULL, NULL, &reply, &error);
    mongoc_client_pool_push(pool, client);
    outcome->domain = succeeded ? 0 : error.domain;
    outcome->code = succeeded ? 0 : error.code;
    return bson_destroy_with_steal(&reply, true, reply_length);
}
