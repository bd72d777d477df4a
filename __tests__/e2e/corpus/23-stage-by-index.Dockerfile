FROM busybox:1.37
FROM scratch
COPY --from=0 /bin/busybox /b
