// The supervisor's side of a task's device (device.hpp): a trusted process beside the program, which gets the requests
// and gives the program its part of them; and which writes the replies, of the program's and its own.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANNELS = 8, OUT_OF_THE_WAY = 64, FIRST_OF_DEVICE = 3, READY_MS = 10000, CONCLUDE_MS = 5000 };

// Descriptors: of the program's requests and replies, ours to the device, the program's channels.
struct device {
    pid_t process;
    int requests, replies, control;
    int channels[CHANNELS];
};

// Where no fixed number is needed; closes on exec.
static int moved(int descriptor) {
    const int found = fcntl(descriptor, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
    close(descriptor);
    return found;
}

static int make_pair(int *ours, int *theirs) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -1;
    *ours = moved(ends[0]);
    *theirs = moved(ends[1]);
    return *ours < 0 || *theirs < 0 ? -1 : 0;
}

static void become_device(const char *path, const int *files, const int *given, int count) {
    for (int i = 0; files && i < 3; i++)
        if (dup2(files[i], i) < 0) _exit(1);
    for (int i = 0; i < count; i++)
        if (dup2(given[i], FIRST_OF_DEVICE + i) < 0) _exit(1);
    execl(path, path, (char *)NULL);
    _exit(1);
}

// Starts the device and waits until it is ready; returns 0, or -1 with errno set.
static int start_device(struct device *device, const char *path, const int *files) {
    int given[3 + CHANNELS];
    device->requests = given[1] = moved(memfd_create("requests", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    device->replies = given[2] = moved(memfd_create("replies", MFD_CLOEXEC));
    if (given[1] < 0 || given[2] < 0 || make_pair(&device->control, &given[0]) != 0) return -1;
    for (int i = 0; i < CHANNELS; i++)
        if (make_pair(&device->channels[i], &given[3 + i]) != 0) return -1;
    device->process = fork();
    if (device->process < 0) return -1;
    if (device->process == 0) become_device(path, files, given, 3 + CHANNELS);
    close(given[0]);
    for (int i = 0; i < CHANNELS; i++) close(given[3 + i]);
    struct pollfd ready = {device->control, POLLIN, 0};
    char byte;
    errno = ETIMEDOUT;
    if (poll(&ready, 1, READY_MS) <= 0) return -1;
    errno = ECHILD;
    return read(device->control, &byte, 1) == 1 && lseek(device->requests, 0, SEEK_SET) == 0 ? 0 : -1;
}

// In the program's process: gives it requests, replies and channels, which AIOPT_CHANNELS names.
static int enter_device(const struct device *device) {
    char words[CHANNELS * 12] = "";
    if (dup2(device->requests, 0) < 0 || dup2(device->replies, 1) < 0) return -1;
    for (int i = 0; i < CHANNELS; i++) {
        if (fcntl(device->channels[i], F_SETFD, 0) != 0) return -1;
        snprintf(words + strlen(words), sizeof words - strlen(words), "%d ", device->channels[i]);
    }
    return setenv("AIOPT_CHANNELS", words, 1);
}

// Once the program runs, its descriptors are its own.
static void leave_device(struct device *device) {
    close(device->requests);
    close(device->replies);
    for (int i = 0; i < CHANNELS; i++) close(device->channels[i]);
}

// The program is dead: lets the device write the replies, and waits for that.
static void end_device(struct device *device) {
    const int process = (int)syscall(SYS_pidfd_open, device->process, 0);
    struct pollfd end = {process, POLLIN, 0};
    close(device->control);
    if (poll(&end, 1, CONCLUDE_MS) <= 0) kill(device->process, SIGKILL);
    close(process);
    waitpid(device->process, NULL, 0);
}
