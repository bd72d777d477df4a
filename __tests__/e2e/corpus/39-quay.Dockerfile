FROM quay.io/prometheus/busybox:latest
