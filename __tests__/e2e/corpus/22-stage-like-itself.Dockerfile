FROM ubuntu AS ubuntu
RUN true
