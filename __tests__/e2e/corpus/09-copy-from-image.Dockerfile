FROM scratch
COPY --from=busybox:1.37 /bin/busybox /b
