import { basename, relative, sep } from "node:path";
import * as vscode from "vscode";
import type { Lab } from "../../core/lab/lab.ts";
import { unsavedTexts } from "../builds/unsaved-texts.ts";
import { labRootOfFile, readLabOf } from "./read-lab.ts";
import type { WorkspaceLabs } from "./workspace-labs.ts";

/** An image of a lab that a command works on. */
export interface ChosenImage {
  readonly lab: Lab;
  readonly name: string;
  /** The name that it is built under, with registry and tag. */
  readonly reference: string;
  /** Absolute path. */
  readonly dockerfile: string;
}

interface ImageItem extends vscode.QuickPickItem {
  readonly image: ChosenImage;
}

/**
 * The image that a command is to work on: that of the Dockerfile which a menu handed over; where nothing was, one that the
 * user picks, the active editor's first; undefined when dismissed.
 *
 * @throws where there is no image, or its name is not known
 */
export async function chooseImage(
  labs: WorkspaceLabs,
  subject: unknown,
  placeHolder: string,
): Promise<ChosenImage | undefined> {
  if (subject instanceof vscode.Uri) return imageOf(subject);
  // Not another image than the one that was meant.
  if (subject !== undefined && subject !== null)
    throw new Error(
      vscode.l10n.t("Nothing says which image is meant. Give the Uri of its Dockerfile, or nothing."),
    );
  const images = (await labs.all()).flatMap(imagesOf);
  const [first, ...others] = images;
  if (!first)
    throw new Error(
      vscode.l10n.t(
        "There is no image in this workspace: no folder has a Dockerfile. Open the lab's folder first.",
      ),
    );
  if (others.length === 0) return named(first);
  const active = vscode.window.activeTextEditor?.document.uri.fsPath;
  const isActive = ({ image }: ImageItem) => image.dockerfile === active;
  const items = images
    .map(
      (image): ImageItem => ({
        image,
        label: image.name,
        description: image.reference,
        detail: placeOf(image),
      }),
    )
    .sort((a, b) => Number(isActive(b)) - Number(isActive(a)));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  return chosen && named(chosen.image);
}

/** The image of a Dockerfile, as the editor shows its lab's files: a build takes what is seen. */
function imageOf(dockerfile: vscode.Uri): ChosenImage {
  const lab = readLabOf(dockerfile, unsavedTexts());
  const { name, tag } = lab.buildOf(dockerfile.fsPath);
  if (tag === undefined)
    throw new Error(
      vscode.l10n.t(
        "{0} is not the Dockerfile of an image: nothing gives it a name. Call it Dockerfile, or name it in the lab's build script.",
        vscode.workspace.asRelativePath(dockerfile),
      ),
    );
  return named({ lab, name: name ?? tag, reference: tag, dockerfile: dockerfile.fsPath });
}

function imagesOf(lab: Lab): ChosenImage[] {
  return lab.imageNames.flatMap((name) => {
    const dockerfile = lab.dockerfileOfImage(name);
    if (dockerfile === undefined || !lab.holdsDockerfile(name)) return [];
    // A folder of one lab may be the root of another, which its Dockerfile belongs to.
    if (labRootOfFile(vscode.Uri.file(dockerfile)) !== lab.root) return [];
    return [{ lab, name, reference: lab.referenceOf(name), dockerfile }];
  });
}

/** The image, where its name is one. */
function named(image: ChosenImage): ChosenImage {
  if (image.reference.includes("${"))
    throw new Error(
      vscode.l10n.t(
        "{0} is no name yet: set labImages.user for your own, and what else it asks for in the environment.",
        image.reference,
      ),
    );
  return image;
}

function placeOf({ lab, dockerfile }: ChosenImage): string {
  return `${basename(lab.root)}/${relative(lab.root, dockerfile).replaceAll(sep, "/")}`;
}
