import { imageUses, pathBetween } from "../../core/lab/image-graph.ts";
import { placeWithoutDockerfile } from "../../core/lab/missing-dockerfile.ts";
import { nearestWord } from "../../core/nearest-word.ts";
import { cycleMessage } from "../rules/image/cycle-message.ts";
import type { ManifestRule } from "./manifest-rule.ts";

/** image/cycle in the manifest: images that cannot be built in any order. */
export const manifestImageCycle: ManifestRule = {
  code: "image/cycle",
  severity: "error",
  summary:
    "images that are each other's base, a base that is not there, an image whose folder has no Dockerfile",
  why: `An image is built after the image that it builds on. Where two are each other's base no order is right; where the
base or the Dockerfile is not there, nothing can be built. An image's name is the name of its folder, beside
\`lab-images.json\`.`,
  examples: [
    {
      title: "two images on each other",
      bad: '{\n  "images": {\n    "base": { "args": { "BASE_IMG": "${image:torch}" } },\n    "torch": { "args": { "BASE_IMG": "${image:base}" } }\n  }\n}\n',
      at: ["${image:torch}", "${image:base}"],
    },
    {
      title: "a base that is no image of this lab",
      bad: '{\n  "images": {\n    "torch": { "args": { "BASE_IMG": "${image:bse}" } }\n  }\n}\n',
      at: ["${image:bse}"],
    },
    {
      title: "an image without a folder",
      bad: '{\n  "images": {\n    "trch": { "tag": "2.1" }\n  }\n}\n',
      at: ["trch"],
    },
  ],
  fine: [
    '{\n  "images": {\n    "base": { "args": { "BASE_IMG": "ubuntu:22.04" } },\n    "torch": { "args": { "BASE_IMG": "${image:base}" } }\n  }\n}\n',
  ],
  *check({ manifest, lab, graph }) {
    const { text } = manifest;
    const names = lab.imageNames;
    for (const [image, { args }] of manifest.images) {
      if (!text.node(["images", image])) continue;
      if (!lab.holdsDockerfile(image)) {
        const near = nearestWord(
          image,
          names.filter((name) => !manifest.images.has(name)),
        );
        const advice =
          near === undefined ? `Make ${image}/Dockerfile, or delete the image here` : `Write ${near}`;
        const message = lab.isLocked(image)
          ? `The folder ${image} may not be read, so this image cannot be built. Ask its owner for access.`
          : `There is no Dockerfile ${placeWithoutDockerfile(lab, image)}, so this image cannot be built. ${advice}.`;
        yield { span: text.nameSpan(["images", image]), message };
      }
      for (const [argument, value] of args) {
        const path = ["images", image, "args", argument];
        for (const { name, index, length } of text.node(path) ? imageUses(value) : []) {
          const span = text.partSpan(path, index, length);
          if (!names.includes(name)) {
            const near = nearestWord(name, names);
            const advice =
              near === undefined ? `The images are ${names.join(", ")}` : `Write \${image:${near}}`;
            yield { span, message: `There is no image ${name} in this lab. ${advice}.` };
            continue;
          }
          const back = pathBetween(graph, name, image);
          if (back) yield { span, message: cycleMessage([image, ...back]) };
        }
      }
    }
  },
};
