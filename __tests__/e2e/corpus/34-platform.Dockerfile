FROM --platform=linux/arm64 ubuntu:24.04
