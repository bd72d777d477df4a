FROM registry.dead.example/x:1
FROM ubuntu:24.04
