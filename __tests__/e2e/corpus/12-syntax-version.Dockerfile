#syntax=docker/dockerfile:1.7
FROM busybox:1.37
