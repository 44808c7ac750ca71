import { expect, test } from "vitest";
import { endOfLife } from "../../../../server/rules/base/end-of-life.ts";
import { findings, testRule } from "../check-rule.ts";

testRule(endOfLife);

test.each([
  ["ubuntu:18.04", "Ubuntu 18.04 has had no security updates since 2023-05"],
  ["ubuntu:focal", "Ubuntu 20.04 has had no security updates since 2025-05"],
  ["ubuntu:23.10", "take a base on Ubuntu 22.04, Ubuntu 24.04 or Ubuntu 26.04."],
  ["debian:bullseye-slim", "Debian 11 has had no security updates since 2026-08"],
  ["centos:7", "CentOS Linux 7 has had no security updates since 2024-06"],
  ["nvidia/cuda:10.2-cudnn7-devel-centos7", "CentOS Linux 7"],
  ["python:3.9-alpine3.15", "Alpine 3.15"],
  ["osrf/ros:noetic-desktop-full", "Ubuntu 20.04"],
])("FROM %s is told: %s", (image, message) => {
  expect(findings(endOfLife, `FROM ${image}\n`).map((finding) => finding.message)).toEqual([
    expect.stringContaining(message),
  ]);
});

test.each([
  "ubuntu:24.04",
  "debian:12",
  "almalinux:8",
  "alpine:3.23",
  "fedora:44",
  "registry.local/ubuntu:18.04",
])("FROM %s is right, or not known", (image) => {
  expect(findings(endOfLife, `FROM ${image}\n`)).toEqual([]);
});
