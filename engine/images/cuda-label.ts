/** The label with which builds say the release of CUDA in an image, where it is known: `12.2.2`. */
export const cudaLabel = "lab-images.cuda";
