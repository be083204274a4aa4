/*
 * Stands in for FFmpeg's libavdevice, which reads cameras, screens and sound cards of the machine. The programs ffprobe and ffmpeg of
 * the artifact org.bytedeco:ffmpeg are linked to it, and it needs libraries of X11, ALSA and PulseAudio that a server does not have.
 * Here files are read and nothing else, so each function answers that there is no device. The declarations are those of
 * libavdevice/avdevice.h of FFmpeg 8.1. Why: docs/decisions/0028-media-programs-without-devices.md
 *
 * Build, with GCC and GNU ld:  ./build.sh
 */
#include <stddef.h>

#define NOT_IMPLEMENTED (-38) /* AVERROR(ENOSYS) on Linux */

unsigned avdevice_version(void) { return 62 << 16; }
const char *avdevice_configuration(void) { return "none: a stand-in without devices"; }
const char *avdevice_license(void) { return "stand-in"; }
void avdevice_register_all(void) {}
const void *av_input_audio_device_next(const void *before) { (void)before; return NULL; }
const void *av_input_video_device_next(const void *before) { (void)before; return NULL; }
const void *av_output_audio_device_next(const void *before) { (void)before; return NULL; }
const void *av_output_video_device_next(const void *before) { (void)before; return NULL; }
int avdevice_list_devices(void *context, void **list) { (void)context; (void)list; return NOT_IMPLEMENTED; }
void avdevice_free_list_devices(void **list) { (void)list; }
int avdevice_list_input_sources(const void *device, const char *name, void *options, void **list) {
  (void)device; (void)name; (void)options; (void)list; return NOT_IMPLEMENTED;
}
int avdevice_list_output_sinks(const void *device, const char *name, void *options, void **list) {
  (void)device; (void)name; (void)options; (void)list; return NOT_IMPLEMENTED;
}
