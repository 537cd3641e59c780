# One image for the five rooms; the command chooses: node apps/<room>/dist/main.js
# `--target demo` is the two demo applications. Other bases, mirrors of npm, no registry at all: docs/deploy-compose.md.
ARG NODE_BASE=node:24.21.0-bookworm-slim
ARG BASE=debian:12.12-slim

# What npm needs to know of the projects and nothing that changes with their code: a change of code installs nothing again.
FROM ${NODE_BASE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs libs
COPY apps apps
COPY examples examples
COPY fixtures fixtures
RUN find libs apps examples fixtures -type f ! -name package.json -delete && find . -type d -empty -delete

FROM ${NODE_BASE} AS build
WORKDIR /app
COPY --from=manifests /app ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm npm ci
COPY tools/build.mjs tools/build.mjs
COPY tools/prepare tools/prepare
COPY tools/services tools/services
COPY tsconfig.base.json tsconfig.json ./
COPY libs libs
COPY apps apps
COPY examples examples
RUN node tools/build.mjs \
  && find libs apps examples -path '*/node_modules' -prune -o -path '*/dist/*' -name '*.js' -exec cp --parents -t /srv {} +

# Production dependencies alone, without the sources, declarations and maps of packages, which nothing here reads.
FROM ${NODE_BASE} AS production
WORKDIR /app
COPY --from=manifests /app ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
  npm ci --omit=dev --ignore-scripts --workspace=apps/all-in-one \
  && find . -path '*/node_modules/*' -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete \
  && rm -rf node_modules/typeorm/browser libs/testing examples fixtures
COPY --from=build /srv/apps apps
COPY --from=build /srv/libs libs
RUN rm -rf libs/testing

FROM ${NODE_BASE} AS production-demo
WORKDIR /app
COPY --from=manifests /app ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
  npm ci --omit=dev --ignore-scripts --workspace=examples/box-office --workspace=examples/calendar \
  && rm -rf apps libs fixtures
COPY --from=build /srv/examples examples

# What runs is a C++ runtime and node: no npm. From here on there is no RUN, so a base needs no shell.
FROM ${BASE} AS runtime
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
# One a line: rooms that are started from a clone take the same (tools/split/image-environment.mjs). Why these: docs/memory.md.
ENV NODE_ENV=production
ENV NODE_OPTIONS=--max-semi-space-size=4
ENV MALLOC_ARENA_MAX=2
USER 10001:10001

FROM runtime AS demo
COPY --from=production-demo /app ./
CMD ["node", "examples/box-office/dist/index.js"]

FROM runtime AS latchkey
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Latchkey" \
  org.opencontainers.image.description="Single sign-on: CAS and OpenID Connect over one session" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
COPY --from=production /app ./
COPY LICENSE ./
# Public paths, and what other rooms and whoever runs this ask.
EXPOSE 8080 8090
CMD ["node", "apps/all-in-one/dist/latchkey.js", "--help"]
