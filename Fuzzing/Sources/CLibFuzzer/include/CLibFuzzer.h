#ifndef C_LIB_FUZZER_H
#define C_LIB_FUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with the flags of the command line; returns its exit status.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *data, size_t size));

/// Bytes that are allocated now, as AddressSanitizer counts them.
size_t __sanitizer_get_current_allocated_bytes(void);

#endif
